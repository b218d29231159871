using MuxProvider.Links;

namespace MuxProvider;

/// <summary>What a LOCAL INFILE of plain SQL offers: the streams of its command, and files that were allowed and that it names itself.</summary>
internal sealed class CommandLocalData : ILocalData
{
    private readonly LocalFileList _files;
    private readonly Dictionary<string, Stream>? _streams;
    private readonly string _text;
    private readonly MuxParameterCollection? _parameters;

    private CommandLocalData(LocalFileList files, Dictionary<string, Stream>? streams, string text, MuxParameterCollection? parameters)
    {
        _files = files;
        _streams = streams;
        _text = text;
        _parameters = parameters;
    }

    /// <summary>What a command offers.</summary>
    /// <param name="settings">What was allowed.</param>
    /// <param name="streams">The command's streams; null for none.</param>
    /// <param name="text">Its text.</param>
    /// <param name="parameters">Its parameters; null for none.</param>
    /// <returns>Null where it offers nothing, so that it need not be sent.</returns>
    public static CommandLocalData? Of(DataSourceSettings settings, Dictionary<string, Stream>? streams, string text, MuxParameterCollection? parameters) =>
        settings.AllowsLocalFiles && (streams is { Count: > 0 } || !settings.LocalFiles.IsEmpty)
            ? new CommandLocalData(settings.LocalFiles, streams, text, parameters)
            : null;

    /// <inheritdoc/>
    public ILocalFile? Open(string name)
    {
        if (_streams is not null && _streams.TryGetValue(name, out var stream))
            return new StreamFile(stream, leaveOpen: true);
        return IsNamed(name) && _files.Find(name) is { } path ? StreamFile.Open(path) : null;
    }

    // A server that asks for another file than the statement names does not get it, though it were allowed.
    private bool IsNamed(string name)
    {
        if (_text.Contains(name, StringComparison.Ordinal) || _text.Contains(name.Replace(@"\", @"\\", StringComparison.Ordinal), StringComparison.Ordinal))
            return true;
        foreach (var parameter in _parameters?.Own ?? [])
        {
            if (parameter.Value as string == name)
                return true;
        }

        return false;
    }
}
