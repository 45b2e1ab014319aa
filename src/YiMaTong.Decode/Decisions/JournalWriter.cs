namespace YiMaTong.Decode.Decisions;

/// <summary>
/// The one thread that moves entries from memory to the disk, many in a commit. While the disk refuses it keeps what it
/// has and tries again; the queue behind it fills up meanwhile. It ends when it is told to, after a last commit.
/// </summary>
internal sealed class JournalWriter : IDisposable
{
    // Also the longest that a loss waits for its record on a node without scans.
    private const int IdleMs = 500;

    private readonly EntryRing _ring;
    private readonly LossCounter _losses;
    private readonly JournalState _state;
    private readonly JournalFolder _folder;
    private readonly SegmentWriter _segments;
    private readonly JournalBuffer _buffer;
    private readonly DecisionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AutoResetEvent _wake = new(false);
    private readonly ManualResetEvent _stop = new(false);
    private readonly Thread _thread;
    private Loss _lossInBuffer;
    private long _troubleSince;
    private int _asleep;

    public JournalWriter(
        EntryRing ring, LossCounter losses, JournalState state, JournalFolder folder, DecisionOptions options,
        TimeProvider time, ILogger logger, WriteAt write)
    {
        (_ring, _losses, _state, _folder, _options) = (ring, losses, state, folder, options);
        (_time, _logger) = (time, logger);
        Journal = Guid.NewGuid();
        _segments = new(
            folder, Journal, time.GetUtcNow().ToUnixTimeMilliseconds(), (long)options.SegmentMiB * 1024 * 1024,
            write);
        _buffer = new(Journal);
        _thread = new Thread(Run) { Name = "decision journal", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Identity of the journal that this run writes.</summary>
    public Guid Journal { get; }

    /// <summary>Up to where the journal is durable; null before the first commit.</summary>
    public JournalEnd? End => _segments.End;

    /// <summary>
    /// Tells the writer of an entry that was just put into the queue. The fence orders the entry before the look at
    /// the flag, as the writer sets the flag before it looks at the queue: one of the two always sees the other.
    /// </summary>
    public void Notify()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _asleep) != 0 && Interlocked.Exchange(ref _asleep, 0) != 0)
        {
            _wake.Set();
        }
    }

    /// <summary>Whether the disk holds the thread though it was told to end.</summary>
    public bool HeldAtStop { get; private set; }

    /// <summary>
    /// Writes what is there and ends. A disk that hangs is waited for no longer than the settings say; the process's
    /// end then frees what the thread holds.
    /// </summary>
    public void Dispose()
    {
        if (_stop.WaitOne(0))
        {
            return;
        }

        _stop.Set();
        _wake.Set();
        HeldAtStop = !_thread.Join(_options.StopMs);
        if (HeldAtStop)
        {
            DecisionLog.HeldAtStop(_logger, _options.StopMs, _ring.Tail - _state.Committed);
            return;
        }

        _segments.Dispose();
        _wake.Dispose();
    }

    private void Run()
    {
        while (!Stopping)
        {
            Sleep();
            if (_options.Mode == DecisionMode.Fast)
            {
                _ = _stop.WaitOne(_options.CommitMs);
            }

            if (!CommitAll() && !Stopping)
            {
                _ = _stop.WaitOne(_options.RetryMs);
            }
        }

        if (!CommitAll())
        {
            DecisionLog.LostAtStop(_logger, _ring.Tail - _state.Committed);
        }
    }

    private bool Stopping => _stop.WaitOne(0);

    private void Sleep()
    {
        if (_buffer.Bytes.Length > 0)
        {
            return;
        }

        Volatile.Write(ref _asleep, 1);
        Interlocked.MemoryBarrier();
        if (!_ring.HasNext && !Stopping)
        {
            _ = _wake.WaitOne(IdleMs);
        }

        Volatile.Write(ref _asleep, 0);
    }

    /// <summary>
    /// Commits what is there. What comes meanwhile is for the next turn where nobody waits for it: under load the queue
    /// is never empty, and syncs back to back take a core from the scans.
    /// </summary>
    /// <returns>Whether the disk took everything.</returns>
    private bool CommitAll()
    {
        bool goOn;
        do
        {
            Fill();
            goOn = !_buffer.HasRoom || _options.Mode == DecisionMode.Durable || Stopping;
            if (_buffer.Bytes.Length == 0)
            {
                return true;
            }

            if (!TryCommit())
            {
                return false;
            }
        }
        while (goOn && (_ring.HasNext || _losses.Any));
        return true;
    }

    private void Fill()
    {
        while (_buffer.HasRoom && _ring.TryTake(out var entry))
        {
            _buffer.Add(entry);
        }

        // What was lost stands behind what was kept: it came when the queue was full.
        if (_lossInBuffer.Count == 0 && _buffer.HasRoom && !_ring.HasNext && _state.Trouble == JournalTrouble.None)
        {
            _lossInBuffer = _losses.Take();
            if (_lossInBuffer.Count > 0)
            {
                _buffer.Add(_lossInBuffer);
            }
        }
    }

    private bool TryCommit()
    {
        if (_folder.Bytes + _buffer.Bytes.Length > (long)_options.DiskMiB * 1024 * 1024)
        {
            Enter(JournalTrouble.BudgetSpent, $"{_options.DiskMiB} MiB wait to be shipped");
            return false;
        }

        var begunAt = _time.GetTimestamp();
        _state.Begin(begunAt);
        try
        {
            _segments.Append(_buffer.Bytes, _buffer.FirstSequence);
        }
        catch (Exception e)
        {
            // Whatever the disk comes up with: gates go on, and the same records are tried again.
            Enter(JournalTrouble.DiskRefuses, e.GetType().Name + " " + (e.HResult & 0xFFFF));
            return false;
        }
        finally
        {
            if (_state.End())
            {
                DecisionLog.WentOn(_logger, (long)_time.GetElapsedTime(begunAt).TotalMilliseconds);
            }
        }

        var decisions = _buffer.Decisions;
        _buffer.Clear();
        _state.Commit(decisions, wake: _options.Mode == DecisionMode.Durable);
        Leave();
        if (_lossInBuffer.Count > 0)
        {
            DecisionLog.Lost(_logger, _lossInBuffer.Count, _lossInBuffer.ToMs - _lossInBuffer.FromMs);
            _lossInBuffer = default;
        }

        return true;
    }

    private void Enter(JournalTrouble trouble, string cause)
    {
        if (_state.Trouble == trouble)
        {
            return;
        }

        if (_state.Trouble == JournalTrouble.None)
        {
            _troubleSince = _time.GetTimestamp();
        }

        _state.Set(trouble);
        var policy = _options.WhenFull == DecisionPolicy.Answer ? "answers go unrecorded" : "scans are refused";
        DecisionLog.CannotWrite(_logger, trouble, policy, cause);
    }

    private void Leave()
    {
        if (_state.Trouble != JournalTrouble.None)
        {
            _state.Set(JournalTrouble.None);
            DecisionLog.WritesAgain(_logger, (long)_time.GetElapsedTime(_troubleSince).TotalMilliseconds);
        }
    }
}
