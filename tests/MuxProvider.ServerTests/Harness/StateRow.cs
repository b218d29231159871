using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>A kind of session state that pins: how it begins, what shows it, how it ends. Texts are separated by two semicolons.</summary>
/// <param name="Name">What it is called in the test's name.</param>
/// <param name="Begins">The texts that make the state.</param>
/// <param name="Reason">What pins afterwards; exactly this.</param>
/// <param name="Probe">A text that shows the state.</param>
/// <param name="Mine">Its answer where the state is; an error is its number behind an exclamation mark.</param>
/// <param name="Clean">Its answer everywhere else.</param>
/// <param name="Ends">The texts that end the pin; null where only Close does.</param>
/// <param name="Servers">Which servers know it.</param>
internal sealed record StateRow(
    string Name, string Begins, PinReasons Reason, string Probe, string Mine, string Clean, string? Ends = null, ServerKinds Servers = ServerKinds.All)
{
    public override string ToString() => Name;
}
