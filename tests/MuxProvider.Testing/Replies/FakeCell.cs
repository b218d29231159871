using System.Globalization;
using System.Text;

namespace MuxProvider.Testing;

/// <summary>Writes values as the cells of the text protocol.</summary>
internal static class FakeCell
{
    public static byte[]? Bytes(object? value) => value switch
    {
        null or DBNull => null,
        byte[] bytes => bytes,
        string text => Encoding.UTF8.GetBytes(text),
        bool flag => flag ? "1"u8.ToArray() : "0"u8.ToArray(),
        DateTime time => Ascii(time.ToString(time.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)),
        DateOnly date => Ascii(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        TimeOnly time => Ascii(time.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture)),
        TimeSpan span => Ascii(Time(span)),
        double number => Ascii(number.ToString("R", CultureInfo.InvariantCulture)),
        float number => Ascii(number.ToString("R", CultureInfo.InvariantCulture)),
        IFormattable other => Ascii(other.ToString(null, CultureInfo.InvariantCulture)),
        _ => throw new ArgumentException($"A {value.GetType()} has no text of the protocol here: give the cell as string or byte[].", nameof(value)),
    };

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static string Time(TimeSpan span)
    {
        var size = span.Duration();
        var whole = string.Create(CultureInfo.InvariantCulture, $"{(span < TimeSpan.Zero ? "-" : "")}{(int)size.TotalHours:00}:{size.Minutes:00}:{size.Seconds:00}");
        var microseconds = size.Ticks % TimeSpan.TicksPerSecond / 10;
        return microseconds == 0 ? whole : string.Create(CultureInfo.InvariantCulture, $"{whole}.{microseconds:000000}");
    }
}
