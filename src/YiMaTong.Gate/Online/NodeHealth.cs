namespace YiMaTong.Gate.Online;

/// <summary>
/// How a node did lately. After a call without an answer, or one that another node had to make up for, it is asked last
/// until a probe in the background, or a scan, was answered in time: so a node that hangs costs one scan its patience,
/// and not each. Probes are 100 ms to 6.4 s apart, doubling. The node is never left out: with no better one the scan
/// still goes there. Thread-safe.
/// </summary>
internal sealed class NodeHealth(TimeProvider time)
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(100);
    private const int DoublingsMax = 6;

    private readonly Lock _lock = new();
    private int _failures;
    private long _failedAt;
    private bool _isPaused;
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

    /// <summary>Notes a scan's answer.</summary>
    public void Succeeded()
    {
        lock (_lock)
        {
            (_failures, _isPaused) = (0, false);
        }
    }

    /// <summary>Notes a call without an answer in time. Calls that fail together within a pause count once.</summary>
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
            if (!_isPaused || _isProbed || IsResting())
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
                _isPaused = false;
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
