namespace MuxProvider.Links.Tests;

/// <summary>Local data that a test offers, and what was asked of it.</summary>
internal sealed class TestData(Func<string, ILocalFile?> open) : ILocalData
{
    public List<string> Asked { get; } = [];

    public ILocalFile? Open(string name)
    {
        Asked.Add(name);
        return open(name);
    }

    /// <summary>Answers the requests of a reply, as a handle does, until none comes any more.</summary>
    /// <returns>Why the data was not all there.</returns>
    public async ValueTask<Exception?> ServeAsync(Reply reply, bool mayEnd = true)
    {
        for (var request = reply.LocalRequest; request is not null; request = request.Next)
        {
            await request.Completion.ConfigureAwait(false);
            if (request.Name is null)
                break;
            if (await request.AnswerAsync(this, mayEnd, default).ConfigureAwait(false) is { } fault)
                return fault;
        }

        return null;
    }
}
