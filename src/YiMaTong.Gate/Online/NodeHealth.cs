namespace YiMaTong.Gate.Online;

/// <summary>
/// How a node did lately. After a call without an answer, or one that another node had to make up for, it is asked last
/// until a probe in the background, or a scan, was answered in time: so a node that hangs costs one scan its patience,
/// and not each. A node that nobody has asked yet counts so too, and the probe opens its session. Probes are 100 ms to
/// 1.6 s apart, doubling. A node that did well and stands by is probed every 2 s: it may have been restarted unseen. No
/// node is ever left out: with no better one the scan still goes there. Thread-safe.
/// </summary>
internal sealed class NodeHealth(TimeProvider time)
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan UnseenMax = TimeSpan.FromSeconds(2);
    private const int DoublingsMax = 4;

    private readonly Lock _lock = new();
    private int _failures;
    private long _failedAt;
    private long _answeredAt;
    private bool _isPaused = true;
    private bool _isProbed;

    /// <summary>Whether the node is to be asked after the others.</summary>
    public bool IsPaused
    {
        get
        {
            lock (_lock)
            {
                return _isPaused;
            }
        }
    }

    /// <summary>Whether a call failed since the last scan that was answered.</summary>
    public bool HasFailed
    {
        get
        {
            lock (_lock)
            {
                return _failures > 0;
            }
        }
    }

    /// <summary>Notes a scan's answer.</summary>
    public void Succeeded()
    {
        lock (_lock)
        {
            (_failures, _isPaused, _answeredAt) = (0, false, time.GetTimestamp());
        }
    }

    /// <summary>
    /// Notes a call without an answer in time, or to which the node could not tell. Calls that fail together within a
    /// pause count once.
    /// </summary>
    public void Failed()
    {
        lock (_lock)
        {
            if (!IsResting())
            {
                _failures++;
            }

            (_failedAt, _isPaused) = (time.GetTimestamp(), true);
        }
    }

    /// <summary>Whether to probe now: the caller does, and says by <see cref="EndProbe"/> what came of it.</summary>
    public bool TryBeginProbe()
    {
        lock (_lock)
        {
            var isDue = _isPaused ? !IsResting() : time.GetElapsedTime(_answeredAt) >= UnseenMax;
            if (_isProbed || !isDue)
            {
                return false;
            }

            _isProbed = true;
            return true;
        }
    }

    /// <summary>
    /// Ends a probe. An answered one has the node asked first again, and forgets no failure: a node that answers probes
    /// and not scans is paused for longer each time.
    /// </summary>
    public void EndProbe(bool answered)
    {
        lock (_lock)
        {
            _isProbed = false;
            if (answered)
            {
                (_isPaused, _answeredAt) = (false, time.GetTimestamp());
            }
            else
            {
                Failed();
            }
        }
    }

    private bool IsResting() => _failures > 0
        && time.GetElapsedTime(_failedAt) < PauseMin * (1 << Math.Min(_failures - 1, DoublingsMax));
}
