using Microsoft.Extensions.Options;

namespace YiMaTong.Decode.Decisions;

/// <summary>
/// The node's record of its answers. Invariants: recording neither blocks nor allocates; a record is shipped only after
/// it was synced; what could not be recorded is counted. Thread-safe.
/// </summary>
internal sealed class DecisionJournal : IDecisionSink, IDisposable
{
    private const int FastHangMs = 1_000;

    private readonly EntryRing _ring;
    private readonly LossCounter _losses = new();
    private readonly JournalState _state = new();
    private readonly JournalWriter _writer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _waitMax;
    private readonly TimeSpan _hangMin;
    private readonly bool _refuses;
    private long _late;

    /// <summary>Opens the folder and begins a journal.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Gets changes of state.</param>
    /// <param name="write">Writes to a file; null for the ordinary way.</param>
    /// <exception cref="IOException">The folder cannot be written, or another process uses it.</exception>
    public DecisionJournal(
        IOptions<DecisionOptions> options, TimeProvider time, ILogger<DecisionJournal> logger,
        WriteAt? write = null)
    {
        (_time, _logger) = (time, logger);
        Waits = options.Value.Mode == DecisionMode.Durable;
        _refuses = options.Value.WhenFull == DecisionPolicy.Refuse;
        _waitMax = TimeSpan.FromMilliseconds(options.Value.CommitWaitMs);

        // Where nobody waits, a slow commit is no trouble yet.
        _hangMin = Waits ? _waitMax : TimeSpan.FromMilliseconds(Math.Max(FastHangMs, options.Value.CommitWaitMs));
        _ring = new(options.Value.RingCapacity);
        Folder = new(options.Value.Folder);
        _writer = new(_ring, _losses, _state, Folder, options.Value, time, logger, write ?? RandomAccess.Write);
    }

    /// <summary>The files.</summary>
    public JournalFolder Folder { get; }

    /// <summary>Up to where this run's journal is durable; null before the first commit.</summary>
    public JournalEnd? End => _writer.End;

    /// <summary>Identity of this run's journal.</summary>
    public Guid Journal => _writer.Journal;

    /// <summary>Why nothing can be written now.</summary>
    public JournalTrouble Trouble =>
        _state.Trouble is not JournalTrouble.None and var known ? known
        : Hangs ? JournalTrouble.DiskHangs
        : JournalTrouble.None;

    /// <summary>Decisions on the disk, of this run.</summary>
    public long Committed => _state.Committed;

    /// <summary>Syncs of the disk that they took.</summary>
    public long Commits => _state.Commits;

    /// <summary>Answers given without a record, since the start.</summary>
    public long Lost => _losses.Total;

    /// <summary>Waits for a commit that ended before it, since the start.</summary>
    public long Late => Interlocked.Read(ref _late);

    /// <inheritdoc />
    public bool Waits { get; }

    /// <inheritdoc />
    public bool Refusing => _refuses && Trouble != JournalTrouble.None;

    /// <inheritdoc />
    public bool Record(in DecisionEntry entry)
    {
        if (_ring.TryAdd(entry))
        {
            _writer.Notify();
            return true;
        }

        if (_refuses)
        {
            return false;
        }

        if (_losses.Add(entry.AtMs))
        {
            DecisionLog.Losing(_logger);
        }

        return true;
    }

    /// <inheritdoc />
    public ValueTask<bool> Settled(CancellationToken cancellation)
    {
        if (!Waits)
        {
            return new(true);
        }

        var position = _ring.Tail;
        return _state.Committed >= position ? new(true) : Wait(position, cancellation);
    }

    /// <summary>Tells of a commit that hangs, once, where no answer that waits for it does.</summary>
    public void TellHang()
    {
        if (Hangs && _state.TellHang())
        {
            DecisionLog.Hangs(_logger, _refuses ? "scans are refused" : "answers are given");
        }
    }

    /// <summary>Writes what is there and ends; where the disk hangs, without its last records.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        if (!_writer.HeldAtStop)
        {
            Folder.Dispose();
        }
    }

    private bool Hangs => HeldFor > _hangMin;

    private TimeSpan HeldFor => _state.CommitSince is var since and not 0 ? _time.GetElapsedTime(since) : default;

    private async ValueTask<bool> Wait(long position, CancellationToken cancellation)
    {
        var startedAt = _time.GetTimestamp();
        while (true)
        {
            var changed = _state.Changed;
            if (_state.Committed >= position)
            {
                return true;
            }

            // Nobody waits for a disk that has just refused, nor for a commit that hangs: the writer itself finds out
            // when the disk is back.
            var (waited, held) = (_time.GetElapsedTime(startedAt), HeldFor);
            var left = _waitMax - (held > waited ? held : waited);
            if (Trouble != JournalTrouble.None || left <= TimeSpan.Zero || cancellation.IsCancellationRequested)
            {
                TellHang();
                Interlocked.Increment(ref _late);
                return !_refuses;
            }

            await changed.WaitAsync(left, _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
