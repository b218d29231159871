using System.Globalization;

namespace MuxProvider;

/// <summary>
/// A DATE, DATETIME or TIMESTAMP that may be no day of the calendar: 0000-00-00, or a month or day of 0. What date columns are read as
/// with <c>Allow Zero DateTime=true</c>. Immutable; equal by value. The default value is the zero date.
/// </summary>
/// <param name="Year">0 to 9999.</param>
/// <param name="Month">0 to 12.</param>
/// <param name="Day">0 to 31.</param>
/// <param name="TimeOfDay">From midnight; less than 24 hours.</param>
public readonly record struct MuxDateTime(int Year, int Month, int Day, TimeSpan TimeOfDay = default) : IComparable<MuxDateTime>
{
    /// <summary>Creates a date and time from one of the calendar.</summary>
    /// <param name="value">The date and time.</param>
    public MuxDateTime(DateTime value)
        : this(value.Year, value.Month, value.Day, value.TimeOfDay)
    {
    }

    /// <summary>Whether it is a day of the calendar.</summary>
    public bool IsValidDateTime => Year > 0 && Month is > 0 and <= 12 && Day > 0 && Day <= DateTime.DaysInMonth(Year, Month);

    /// <summary>The same as <see cref="DateTime"/>.</summary>
    /// <param name="kind">The kind of the result.</param>
    /// <returns>The date and time.</returns>
    /// <exception cref="InvalidCastException">It is no day of the calendar.</exception>
    public DateTime ToDateTime(DateTimeKind kind = DateTimeKind.Unspecified) => IsValidDateTime
        ? new DateTime(new DateTime(Year, Month, Day).Ticks + TimeOfDay.Ticks, kind)
        : throw new InvalidCastException($"{this} is no day of the calendar.");

    /// <inheritdoc/>
    public int CompareTo(MuxDateTime other) => (Year, Month, Day, TimeOfDay).CompareTo((other.Year, other.Month, other.Day, other.TimeOfDay));

    /// <summary>Whether one comes before another.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if <paramref name="left"/> is earlier.</returns>
    public static bool operator <(MuxDateTime left, MuxDateTime right) => left.CompareTo(right) < 0;

    /// <summary>Whether one comes after another.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if <paramref name="left"/> is later.</returns>
    public static bool operator >(MuxDateTime left, MuxDateTime right) => left.CompareTo(right) > 0;

    /// <summary>Whether one does not come after another.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if <paramref name="left"/> is earlier or the same.</returns>
    public static bool operator <=(MuxDateTime left, MuxDateTime right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one does not come before another.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if <paramref name="left"/> is later or the same.</returns>
    public static bool operator >=(MuxDateTime left, MuxDateTime right) => left.CompareTo(right) >= 0;

    /// <summary>The form that the server reads: <c>yyyy-MM-dd HH:mm:ss.ffffff</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Month:00}-{Day:00} {TimeOfDay:hh\\:mm\\:ss\\.ffffff}");
}
