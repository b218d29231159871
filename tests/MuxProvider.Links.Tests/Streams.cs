using System.Text;

namespace MuxProvider.Links.Tests;

/// <summary>How the tests ask for answers that are read while they come, and read them.</summary>
internal static class Streams
{
    /// <summary>As much is kept before an answer is a stream, and as much is read ahead then.</summary>
    public const int Window = 64 * 1024;

    public static Terms Terms(bool onLease = true, bool leavesNoState = false, Deadline deadline = default) =>
        Asking.Terms(onLease: onLease, leavesNoState: leavesNoState, deadline: deadline) with { StreamAbove = Window, StreamWindow = Window };

    /// <summary>Goes to the next row, however long it takes.</summary>
    public static async Task<bool> NextRowAsync(this Reply reply, Deadline deadline = default)
    {
        await reply.FetchAsync(deadline);
        return reply.ReadRow();
    }

    /// <summary>Goes to the next result, from the end of the rows.</summary>
    public static async Task<ReplyItem> NextResultNowAsync(this Reply reply)
    {
        await reply.FetchAsync(default);
        return reply.NextResult();
    }

    /// <summary>The numbers that begin the rows of the current result, up to its end; -1 behind them where an error ended it.</summary>
    public static async Task<List<int>> NumbersAsync(this Reply reply)
    {
        var numbers = new List<int>();
        while (await reply.NextRowAsync())
            numbers.Add(reply.Number());
        if (reply.Error is not null)
            numbers.Add(-1);
        return numbers;
    }

    public static int Number(this Reply reply) => int.Parse(Encoding.UTF8.GetString(reply.GetCell(0)), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Waits until the answer has ended.</summary>
    public static async Task EndAsync(this Reply reply)
    {
        while (reply.FetchEnd(long.MaxValue, default) is { } wait)
            await wait.Completion.AsTask().WaitAsync(Guard.Time);
    }

    public static async Task FetchAsync(this Reply reply, Deadline deadline)
    {
        while (reply.Fetch(deadline) is { } wait)
        {
            await wait.Completion.AsTask().WaitAsync(Guard.Time);
            if (wait.Abandonment != Abandonment.None)
                throw new OperationCanceledException(wait.Abandonment.ToString());
        }
    }
}
