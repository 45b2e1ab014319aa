namespace YiMaTong.Integration.Tests.Figures;

/// <summary>Times that were measured, by size.</summary>
internal sealed class Times(IEnumerable<TimeSpan> times)
{
    private readonly double[] _ms = [.. times.Select(time => time.TotalMilliseconds).Order()];

    /// <summary>Milliseconds that a share of them did not exceed, 0 to 1.</summary>
    public double Percentile(double share) => _ms[(int)Math.Min(_ms.Length - 1, Math.Floor(share * _ms.Length))];

    public override string ToString() =>
        $"p50 {Percentile(0.5):0} ms, p99 {Percentile(0.99):0} ms, max {_ms[^1]:0} ms of {_ms.Length}";
}
