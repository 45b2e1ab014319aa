namespace YiMaTong.Decode.Load;

/// <summary>
/// How long work waits for a thread: a probe is put at the end of the thread pool's queue and tells when its turn came.
/// The server puts each call of each connection into that same queue, and it is where calls wait when processors are
/// short; nothing that a handler can see tells of that wait. Probes are sent by traffic, one in a millisecond at most,
/// so an idle node does nothing. Thread-safe.
/// </summary>
internal sealed class QueueDelay : IThreadPoolWorkItem
{
    private readonly TimeProvider _time;
    private readonly Action<QueueDelay> _enqueue;
    private readonly long _between;
    private readonly long _stale;
    private long _sentAt;
    private long _measuredAt;
    private long _delay;

    /// <summary>Measures the thread pool's queue.</summary>
    public QueueDelay(TimeProvider time)
        : this(time, static probe => ThreadPool.UnsafeQueueUserWorkItem(probe, preferLocal: false))
    {
    }

    /// <summary>Measures another queue.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="enqueue">Puts the probe at the queue's end; its turn is <see cref="Execute"/>.</param>
    public QueueDelay(TimeProvider time, Action<QueueDelay> enqueue)
    {
        _time = time;
        _enqueue = enqueue;
        _between = time.TimestampFrequency / 1000;
        _stale = time.TimestampFrequency / 4;
    }

    /// <summary>Tells the delay, and sends a new probe where the last one has come home.</summary>
    /// <param name="now">The clock's timestamp.</param>
    /// <returns>The delay in the clock's ticks; -1 where the last measurement is too old to tell.</returns>
    public long Sample(long now)
    {
        var sent = Volatile.Read(ref _sentAt);
        var delay = Volatile.Read(ref _delay);
        if (sent != 0)
        {
            // A probe that is still under way has waited for that long at least.
            return Math.Max(delay, now - sent);
        }

        var age = now - Volatile.Read(ref _measuredAt);
        if (age >= _between && Interlocked.CompareExchange(ref _sentAt, Math.Max(1, now), 0) == 0)
        {
            _enqueue(this);
        }

        return age < _stale ? delay : -1;
    }

    /// <summary>The last measurement in seconds, for metrics.</summary>
    public double Seconds
    {
        get
        {
            var (now, sent) = (_time.GetTimestamp(), Volatile.Read(ref _sentAt));
            var ticks = sent != 0 ? Math.Max(Volatile.Read(ref _delay), now - sent)
                : now - Volatile.Read(ref _measuredAt) < 4 * _stale ? Volatile.Read(ref _delay) : 0;
            return (double)ticks / _time.TimestampFrequency;
        }
    }

    /// <summary>The probe's turn.</summary>
    public void Execute()
    {
        var now = _time.GetTimestamp();
        Volatile.Write(ref _delay, now - Volatile.Read(ref _sentAt));
        Volatile.Write(ref _measuredAt, now);
        Volatile.Write(ref _sentAt, 0);
    }
}
