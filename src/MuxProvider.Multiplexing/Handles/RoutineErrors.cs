namespace MuxProvider.Multiplexing;

/// <summary>Tells errors that come before a routine begins from those that come out of one. Pure.</summary>
internal static class RoutineErrors
{
    /// <summary>Whether nothing ran: syntax, no such routine, wrong number of arguments, no schema, no right to execute.</summary>
    public static bool RanNothing(ushort code) => code is 1064 or 1305 or 1318 or 1046 or 1370 or 1049;
}
