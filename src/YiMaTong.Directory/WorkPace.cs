namespace YiMaTong.Directory;

/// <summary>
/// Keeps long work to a share of one processor: it works for half a millisecond, then rests for as long as the share
/// asks. Scans that wait for the same processor wait for one such piece at most. By the clock and not by the processor
/// time, so where others need the processor and the pieces take longer, the rests grow with them. For one thread.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="percent">The share, 1 to 100; 100 never rests.</param>
/// <param name="rest">Rests for a time, on the calling thread.</param>
public sealed class WorkPace(TimeProvider time, int percent, Action<TimeSpan> rest)
{
    private static readonly TimeSpan Piece = TimeSpan.FromMilliseconds(0.5);

    // A disk that stood still for a minute is no work to recover from.
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(100);

    private long _since = time.GetTimestamp();

    /// <summary>Work that is in a hurry.</summary>
    public static WorkPace Full { get; } = new(TimeProvider.System, 100, static _ => { });

    /// <summary>Called between small steps of the work: rests where a piece is done.</summary>
    public void Step()
    {
        if (percent >= 100)
        {
            return;
        }

        var worked = time.GetElapsedTime(_since);
        if (worked >= Piece)
        {
            var due = worked * ((100.0 - percent) / percent);
            rest(due < LongestRest ? due : LongestRest);
            _since = time.GetTimestamp();
        }
    }
}
