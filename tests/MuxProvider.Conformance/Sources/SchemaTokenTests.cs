namespace MuxProvider.Conformance;

/// <summary>GetSchemaAsync with a token that is cancelled already, also for collections that need no server.</summary>
internal sealed class SchemaTokenTests(Sharing sharing) : ConformanceFixture(sharing)
{
    [TestCase(null)]
    [TestCase("MetaDataCollections")]
    [TestCase("DataSourceInformation")]
    [TestCase("DataTypes")]
    [TestCase("Restrictions")]
    [TestCase("ReservedWords")]
    public async Task A_cancelled_token_cancels(string? collection)
    {
        var cancelled = new CancellationToken(true);
        await Sql.FailureOf<OperationCanceledException>(() => collection is null ? Connection.GetSchemaAsync(cancelled) : Connection.GetSchemaAsync(collection, cancelled));
        await AssertUsableAsync(Connection);
    }
}
