namespace MuxProvider.ServerTests;

/// <summary>Waits for what a real server does in its own time; fails after 30 seconds.</summary>
internal static class Until
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="what">What is waited for, for the message.</param>
    /// <param name="condition">The condition.</param>
    public static async Task Holds(string what, Func<Task<bool>> condition)
    {
        var end = DateTime.UtcNow + s_patience;
        while (!await condition())
        {
            if (DateTime.UtcNow > end)
                Assert.Fail($"Waited {s_patience.TotalSeconds} s in vain until {what}.");
            await Task.Delay(20);
        }
    }

    /// <summary>A task that must end, however busy the machine is.</summary>
    public static async Task<T> Ends<T>(Task<T> task)
    {
        await Ends((Task)task);
        return await task;
    }

    /// <inheritdoc cref="Ends{T}(Task{T})"/>
    public static async Task Ends(Task task)
    {
        try
        {
            await task.WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            Assert.Fail("A task that nothing holds up did not end within 60 s.");
        }
    }
}
