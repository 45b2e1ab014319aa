namespace YiMaTong.Decode.Engine;

/// <summary>
/// When a message came, read once for all that is asked of it: judged, used, recorded and measured at the same moment.
/// </summary>
/// <param name="At">Monotonic timestamp.</param>
/// <param name="UtcMs">The node's clock, in milliseconds of the Unix epoch.</param>
internal readonly record struct Moment(long At, long UtcMs)
{
    /// <summary>Now.</summary>
    public static Moment Of(TimeProvider time) => new(time.GetTimestamp(), time.GetUtcNow().ToUnixTimeMilliseconds());
}
