namespace YiMaTong.Decode.Feed;

/// <summary>
/// Puts issuing's clock beside the node's, for one stream at a time, so that a heartbeat which waited on its way does
/// not pass for a fresh one. No look of issuing's came before the stream was asked for, and none after its heartbeat
/// was heard: the first bound makes the age too high by what the request took, never too low; the second keeps it from
/// being in the future where the clocks go at different speeds. One caller at a time.
/// </summary>
/// <param name="time">The node's clock.</param>
internal sealed class FeedClock(TimeProvider time)
{
    // Two clocks may drift by a second in some hours; a new stream sets them anew.
    private static readonly TimeSpan WornAfter = TimeSpan.FromMinutes(10);

    // Heartbeats that seem late may be so because a request was slow, or issuing's clock stood still for a while. Only
    // another stream can tell.
    private static readonly TimeSpan DoubtfulAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    private readonly long _ticksPerMs = time.TimestampFrequency / 1_000;
    private long _askedAt;
    private long? _offset;

    /// <summary>Whether the stream has served its time as a measure, and another one should follow it.</summary>
    public bool IsWorn { get; private set; }

    /// <summary>Starts with a stream whose request has not been sent yet.</summary>
    public void Start()
    {
        _askedAt = time.GetTimestamp();
        _offset = null;
        IsWorn = false;
    }

    /// <summary>Hears when issuing looked.</summary>
    /// <param name="lookedAtMs">Issuing's clock in milliseconds; 0 where it does not tell.</param>
    /// <returns>The look by the node's clock, rather too early; now where issuing does not tell.</returns>
    public long Hear(ulong lookedAtMs)
    {
        var now = time.GetTimestamp();
        if (lookedAtMs == 0)
        {
            return now;
        }

        var looked = (long)lookedAtMs * _ticksPerMs;
        var offset = Math.Min(_offset ?? _askedAt - looked, now - looked);
        _offset = offset;
        var life = time.GetElapsedTime(_askedAt, now);
        IsWorn = life >= WornAfter
            || (life >= DoubtfulAfter && time.GetElapsedTime(looked + offset, now) >= Late);
        return looked + offset;
    }
}
