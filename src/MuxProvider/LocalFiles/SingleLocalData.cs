using MuxProvider.Links;

namespace MuxProvider;

/// <summary>One file under a name that was made up for one statement: a server that asks for anything else gets nothing.</summary>
/// <param name="file">The file.</param>
internal sealed class SingleLocalData(ILocalFile file) : ILocalData
{
    private ILocalFile? _file = file;

    /// <summary>The name.</summary>
    public string Name { get; } = $":mux:{Guid.NewGuid():N}";

    /// <summary>Whether the server asked for it.</summary>
    public bool IsOpened => _file is null;

    /// <inheritdoc/>
    public ILocalFile? Open(string name)
    {
        if (name != Name)
            return null;

        // Asked for again, it has nothing left to give.
        var file = _file;
        _file = null;
        return file;
    }
}
