using BenchmarkDotNet.Attributes;

namespace MuxProvider.Benchmarks;

/// <summary>What does it cost to open and close a handle when a link is up? Needs MUX_SERVER.</summary>
[MemoryDiagnoser]
public class OpenClose
{
    private MuxDataSource _source = null!;
    private MuxConnection _connection = null!;

    [GlobalSetup]
    public void Connect()
    {
        _source = MuxDataSource.Create(Environment.GetEnvironmentVariable("MUX_SERVER") ?? throw new InvalidOperationException("Set MUX_SERVER."));
        _connection = _source.CreateConnection();
        _connection.Open();
        _connection.Close();
    }

    [GlobalCleanup]
    public void Disconnect()
    {
        _connection.Dispose();
        _source.Dispose();
    }

    [Benchmark]
    public void SameObject()
    {
        _connection.Open();
        _connection.Close();
    }

    [Benchmark]
    public void NewObject()
    {
        using var connection = _source.CreateConnection();
        connection.Open();
    }
}
