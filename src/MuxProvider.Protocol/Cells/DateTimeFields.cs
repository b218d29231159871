namespace MuxProvider.Protocol;

/// <summary>
/// A DATE or DATETIME as the server writes it, which may be no day of the calendar: month and day may be 0
/// (<see href="https://dev.mysql.com/doc/refman/8.4/en/date-and-time-types.html">zero dates</see>), and with the SQL mode
/// ALLOW_INVALID_DATES the day may lie beyond the end of its month.
/// </summary>
/// <param name="Year">0 to 9999.</param>
/// <param name="Month">0 to 12.</param>
/// <param name="Day">0 to 31.</param>
/// <param name="TimeOfDay">From midnight; less than 24 hours.</param>
public readonly record struct DateTimeFields(int Year, int Month, int Day, TimeSpan TimeOfDay)
{
    /// <summary>Whether this is the date 0000-00-00, at any time of day.</summary>
    public bool IsZero => (Year | Month | Day) == 0;

    /// <summary>Converts to a <see cref="DateTime"/>.</summary>
    /// <param name="kind">The kind of the result.</param>
    /// <param name="value">The result.</param>
    /// <returns>False when the date is not in the calendar of <see cref="DateTime"/>: year, month or day is 0, or the day is beyond the end of the month.</returns>
    public bool TryToDateTime(DateTimeKind kind, out DateTime value)
    {
        if (Year < 1 || Month < 1 || Day < 1 || Day > DateTime.DaysInMonth(Year, Month))
        {
            value = default;
            return false;
        }

        value = new DateTime(new DateTime(Year, Month, Day).Ticks + TimeOfDay.Ticks, kind);
        return true;
    }
}
