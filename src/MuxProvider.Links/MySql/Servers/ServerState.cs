namespace MuxProvider.Links.MySql;

/// <summary>What is known of one server. A snapshot.</summary>
/// <param name="Links">Links to it that are open.</param>
/// <param name="IsOut">Whether the last attempt failed, so that the others are tried first.</param>
/// <param name="Role">What it was when it was asked last.</param>
internal readonly record struct ServerState(int Links, bool IsOut, ServerRole Role);
