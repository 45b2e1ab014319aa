using Microsoft.Extensions.Options;

namespace YiMaTong.Decode.Load;

/// <summary>
/// How many scans a session may send: no gate scans hundreds of codes a second, so what does is broken or hostile. The
/// bucket lies in the session. Thread-safe.
/// </summary>
internal sealed class ScanLimit(IOptions<LoadOptions> options, TimeProvider time)
{
    private readonly long _frequency = time.TimestampFrequency;
    private readonly RateLimit _rate =
        new(options.Value.ScansPerSecondPerSession, options.Value.ScanBurstPerSession, time);

    /// <summary>Takes the right to scan; false answers PY1008.</summary>
    /// <param name="bucket">The session's bucket, 0 at first.</param>
    /// <param name="scans">Scans at once: 1, or those of a batch or frame.</param>
    public bool TryTake(ref long bucket, int scans = 1) => _rate.TryTake(ref bucket, scans);

    /// <summary>As above, for a caller that knows the time.</summary>
    /// <param name="bucket">The session's bucket, 0 at first.</param>
    /// <param name="now">The clock's timestamp.</param>
    /// <param name="scans">Scans at once.</param>
    public bool TryTake(ref long bucket, long now, int scans) => _rate.TryTake(ref bucket, now, scans);

    /// <summary>Milliseconds, rounded up, until scans that were refused may come.</summary>
    /// <param name="bucket">The session's bucket.</param>
    /// <param name="now">The clock's timestamp.</param>
    /// <param name="scans">Scans at once.</param>
    /// <returns>0 where so many never may come at once.</returns>
    public uint WaitMs(ref long bucket, long now, int scans) =>
        (uint)Math.Min(uint.MaxValue, Math.Ceiling(1_000.0 * _rate.WaitFor(ref bucket, now, scans) / _frequency));
}
