namespace MuxProvider.Load;

/// <summary>One measured round.</summary>
/// <param name="Rate">Units of work in a second.</param>
/// <param name="P50">The median duration of one, in milliseconds.</param>
/// <param name="P99">What 99 of 100 stay below, in milliseconds.</param>
/// <param name="Cpu">The client's processor time for one, in microseconds.</param>
internal readonly record struct Sample(double Rate, double P50, double P99, double Cpu);
