using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>
/// Whether the server refused a call because the routine was defined anew since it was looked up. The same errors also come from within
/// routines that call others, behind half of their work: so the error has to name this routine, and say of it what differs between the
/// old declaration and the new one. Pure.
/// </summary>
internal static class StaleCall
{
    private const int WrongNumberOfArguments = 1318;
    private const int NotAVariable = 1414;

    /// <summary>Whether an error may mean that.</summary>
    /// <param name="error">The error.</param>
    /// <returns>True where it is worth looking the routine up again.</returns>
    public static bool MayExplain(ErrPacket error) => error.Code is WrongNumberOfArguments or NotAVariable;

    /// <summary>Whether it does: then nothing of the routine has run.</summary>
    /// <param name="error">The error.</param>
    /// <param name="schema">The routine's schema.</param>
    /// <param name="before">The declaration that the call was made by.</param>
    /// <param name="now">The declaration now.</param>
    /// <returns>True only where that is certain.</returns>
    public static bool Explains(ErrPacket error, string schema, Routine before, Routine now)
    {
        var message = error.Message;
        var name = $"{schema}.{before.Name.Name}";
        var place = message.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        if (place < 0 || IsPartOfName(message, place - 1) || IsPartOfName(message, place + name.Length))
            return false;

        // Numbers in front of the name and behind it, because a name may hold some itself.
        var front = Numbers(message.AsSpan(0, place));
        var behind = Numbers(message.AsSpan(place + name.Length));
        return error.Code == WrongNumberOfArguments
            ? behind is [var expected, var got] && expected == now.Parameters.Count && got == before.Parameters.Count && expected != got
            : front is [.., var argument] && IsVariable(now, argument) && !IsVariable(before, argument);
    }

    private static bool IsPartOfName(string message, int place) =>
        place >= 0 && place < message.Length && (char.IsLetterOrDigit(message[place]) || message[place] is '_' or '$' or '.');

    private static bool IsVariable(Routine routine, int argument) =>
        argument >= 1 && argument <= routine.Parameters.Count && routine.Parameters[argument - 1].IsVariable;

    private static List<int> Numbers(ReadOnlySpan<char> text)
    {
        var numbers = new List<int>();
        while (text.IndexOfAnyInRange('0', '9') is var start and >= 0)
        {
            text = text[start..];
            var length = text.IndexOfAnyExceptInRange('0', '9');
            var digits = length < 0 ? text : text[..length];
            numbers.Add(int.TryParse(digits, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : -1);
            text = text[digits.Length..];
        }

        return numbers;
    }
}
