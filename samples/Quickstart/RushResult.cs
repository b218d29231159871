namespace Quickstart;

/// <summary>What a rush hour came to. Latencies are milliseconds, memory is MiB.</summary>
internal sealed record RushResult(
    string Name,
    int Handles,
    long Connections,
    double OpensPerSecond,
    double StatementsPerSecond,
    double P50,
    double P99,
    double? Memory,
    string Answers,
    string Content);
