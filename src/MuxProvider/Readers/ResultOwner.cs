using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>The owner of results that nobody asks about later.</summary>
internal sealed class ResultOwner : IResultOwner
{
    /// <summary>The only one: it remembers nothing.</summary>
    public static readonly ResultOwner None = new();

    /// <inheritdoc/>
    public void OnRows()
    {
    }

    /// <inheritdoc/>
    public void OnDone(ulong affectedRows, ulong lastInsertId)
    {
    }

    /// <inheritdoc/>
    public MuxException OnError(ErrPacket error, bool amongRows) => ErrorTranslator.Refused(error);
}
