namespace YiMaTong.Decode.Engine;

/// <summary>
/// When a message came, read once for all that is asked of it: judged, used, recorded and measured at the same moment.
/// </summary>
/// <param name="At">Monotonic timestamp.</param>
/// <param name="UtcMs">The node's clock, in milliseconds of the Unix epoch.</param>
/// <param name="LatestMs">
/// What the clock would show had nobody set it back, in the same unit: never before <paramref name="UtcMs"/>, and the
/// same unless the clock is doubted (<see cref="NodeClock"/>).
/// </param>
internal readonly record struct Moment(long At, long UtcMs, long LatestMs);
