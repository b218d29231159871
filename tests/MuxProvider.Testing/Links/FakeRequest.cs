using MuxProvider.Links;

namespace MuxProvider.Testing;

/// <summary>One request that a <see cref="FakeLink"/> took.</summary>
public sealed class FakeRequest
{
    internal FakeRequest(FakeRequestKind kind, string text, Terms terms, bool bringsSettings, bool isSent, ScriptedReply? reply)
    {
        Kind = kind;
        Text = text;
        Terms = terms;
        BringsSettings = bringsSettings;
        IsSent = isSent;
        Reply = reply;
    }

    public FakeRequestKind Kind { get; }

    /// <summary>The SQL text with its values; "" where it is no statement.</summary>
    public string Text { get; }

    public Terms Terms { get; }

    /// <summary>Whether the link's settings differed, so that a prefix went ahead of it.</summary>
    public bool BringsSettings { get; }

    /// <summary>Whether it counts as sent when the link breaks or its caller goes away.</summary>
    public bool IsSent { get; set; }

    /// <summary>What its caller holds; null for a recycling.</summary>
    public ScriptedReply? Reply { get; }

    /// <inheritdoc/>
    public override string ToString() => Kind == FakeRequestKind.Statement ? Text : Kind.ToString();
}
