namespace MuxProvider.Twin;

/// <summary>The servers that understand a phrase.</summary>
[Flags]
internal enum Servers
{
    /// <summary>MariaDB.</summary>
    MariaDb = 1,

    /// <summary>MySQL.</summary>
    MySql = 2,

    /// <summary>All.</summary>
    All = MariaDb | MySql,
}
