namespace MuxProvider.Tests;

/// <summary>A data source over fake handles.</summary>
internal static class FakeConnection
{
    public static MuxDataSource Source(string connectionString, Action<FakeHandle>? onHandle = null) => new(
        new DataSourceSettings(new MuxConnectionStringBuilder(connectionString)),
        schema =>
        {
            var handle = new FakeHandle(schema);
            onHandle?.Invoke(handle);
            return handle;
        },
        null);

    /// <summary>An open connection and its handle.</summary>
    public static (MuxConnection Connection, FakeHandle Handle) Open(string options = "Server=db1;User ID=app;Password=secret;Database=shop")
    {
        FakeHandle? handle = null;
        var connection = Source(options, created => handle = created).OpenConnection();
        return (connection, handle!);
    }
}
