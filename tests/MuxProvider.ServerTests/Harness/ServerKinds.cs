namespace MuxProvider.ServerTests;

/// <summary>Servers on which a row of a table of tests makes sense.</summary>
[Flags]
internal enum ServerKinds
{
    MariaDb1011 = 1,
    MariaDb118 = 2,
    MySql = 4,
    MariaDb = MariaDb1011 | MariaDb118,
    All = MariaDb | MySql,
}
