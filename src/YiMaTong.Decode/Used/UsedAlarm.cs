namespace YiMaTong.Decode.Used;

/// <summary>
/// Whether a journal's uses outlive the process. Of many scans that meet the trouble at once one tells it. Thread-safe.
/// </summary>
/// <param name="name">The journal.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Gets beginning and end of each trouble.</param>
internal sealed class UsedAlarm(string name, TimeProvider time, ILogger logger)
{
    private long _since;
    private bool _isOn;
    private volatile bool _isHeld;

    /// <summary>Whether the disk refuses or hangs.</summary>
    public bool IsOn => Volatile.Read(ref _isOn);

    /// <summary>
    /// Whether the disk did no more than hang: one that refused is trusted only with a new file, one that hung as soon
    /// as it goes on.
    /// </summary>
    public bool IsHeld => _isHeld;

    /// <summary>Raises the alarm.</summary>
    /// <param name="cause">What to log.</param>
    /// <param name="isHeld">Whether the disk hangs; false where it refused.</param>
    public void Enter(string cause, bool isHeld)
    {
        _isHeld = isHeld && (_isHeld || !IsOn);
        if (!Interlocked.Exchange(ref _isOn, true))
        {
            _since = time.GetTimestamp();
            UsedLog.CannotWrite(logger, name, cause);
        }
    }

    /// <summary>Ends the alarm where it is on.</summary>
    public void Leave()
    {
        if (Interlocked.Exchange(ref _isOn, false))
        {
            UsedLog.WritesAgain(logger, name, (long)time.GetElapsedTime(_since).TotalMilliseconds);
        }
    }
}
