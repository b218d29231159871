namespace MuxProvider.Links.MySql;

/// <summary>Two commands in one write were not answered one after the other.</summary>
/// <param name="serverVersion">The server's version text.</param>
internal sealed class PipeliningRefusedException(string serverVersion) : Exception("The server does not answer pipelined commands.")
{
    public string ServerVersion { get; } = serverVersion;
}
