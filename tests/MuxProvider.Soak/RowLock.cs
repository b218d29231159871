namespace MuxProvider.Soak;

/// <summary>Holds a row that workers wait for in vain, on a connection that no trouble reaches but the end of the server.</summary>
internal static class RowLock
{
    /// <summary>Holds it until told to stop.</summary>
    public static async Task HoldAsync(MuxDataSource direct, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = await direct.OpenConnectionAsync(CancellationToken.None);
                await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
                await using var command = connection.CreateCommand();
                command.CommandText = "SELECT n FROM mux_soak_a.held WHERE id = 1 FOR UPDATE";
                while (!stop.IsCancellationRequested)
                {
                    await command.ExecuteScalarAsync(CancellationToken.None);
                    await Task.Delay(200, stop);
                }
            }
            catch (Exception error) when (error is MuxException or OperationCanceledException or InvalidOperationException)
            {
                // The server has gone, or the time is over.
            }
        }
    }
}
