namespace YiMaTong.Gate.Online;

/// <summary>
/// How a node did lately: after failures it is asked last until its pause is over, doubling from 100 ms to 5 s. It is
/// never left out: with no better node the scan still goes there. Thread-safe.
/// </summary>
internal sealed class NodeHealth(TimeProvider time)
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(100);
    private const int DoublingsMax = 6;

    private readonly Lock _lock = new();
    private int _failures;
    private long _failedAt;

    /// <summary>Whether the node is to be asked after the others.</summary>
    public bool IsPaused
    {
        get
        {
            lock (_lock)
            {
                return _failures > 0
                    && time.GetElapsedTime(_failedAt) < PauseMin * (1 << Math.Min(_failures - 1, DoublingsMax));
            }
        }
    }

    /// <summary>Notes an answer.</summary>
    public void Succeeded()
    {
        lock (_lock)
        {
            _failures = 0;
        }
    }

    /// <summary>Notes a call without an answer. Calls that fail together within a pause count once.</summary>
    public void Failed()
    {
        lock (_lock)
        {
            if (!IsPaused)
            {
                _failures++;
            }

            _failedAt = time.GetTimestamp();
        }
    }
}
