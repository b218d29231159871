namespace MuxProvider.Links.Tests;

/// <summary>How long a test waits before it calls something a hang.</summary>
internal static class Guard
{
    public static TimeSpan Time { get; } = TimeSpan.FromSeconds(30);
}
