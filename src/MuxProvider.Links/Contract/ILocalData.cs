namespace MuxProvider.Links;

/// <summary>What a server may read on the client's side while a statement runs. Used by the statement's caller only.</summary>
public interface ILocalData
{
    /// <summary>The server asks for a file. It may ask for anything, whatever the statement says.</summary>
    /// <param name="name">What it asks for.</param>
    /// <returns>The file; null where the server must not have it, which fails the statement.</returns>
    ILocalFile? Open(string name);
}
