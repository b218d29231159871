using MuxProvider.Links;
using MuxProvider.Links.MySql;

namespace MuxProvider.Testing;

/// <summary>One request that a <see cref="FakeLink"/> took.</summary>
public sealed class FakeRequest
{
    internal FakeRequest(FakeRequestKind kind, string text, Terms terms, SessionStep step, string prefix, bool isSent, ScriptedReply? reply)
    {
        Kind = kind;
        Text = text;
        Terms = terms;
        Step = step;
        Prefix = prefix;
        IsSent = isSent;
        Reply = reply;
    }

    public FakeRequestKind Kind { get; }

    /// <summary>The SQL text with its values; "" where it is no statement.</summary>
    public string Text { get; }

    public Terms Terms { get; }

    /// <summary>Whether the link's settings differed, or were not known for sure, so that a prefix went ahead of it.</summary>
    public bool BringsSettings => (Step.Prefix & PrefixParts.Settings) != 0;

    /// <summary>
    /// What a native link would write in front of it, each statement with its semicolon (<c>SET a=1;USE `x`;</c>); "" for nothing.
    /// </summary>
    public string Prefix { get; }

    /// <summary>Whether it counts as sent when the link breaks or its caller goes away.</summary>
    public bool IsSent { get; set; }

    /// <summary>What its caller holds; null for a recycling.</summary>
    public ScriptedReply? Reply { get; }

    /// <summary>What it does to the link's settings.</summary>
    internal SessionStep Step { get; }

    /// <inheritdoc/>
    public override string ToString() => Kind == FakeRequestKind.Statement ? Text : Kind.ToString();
}
