using Microsoft.Extensions.Options;

namespace YiMaTong.Decode.Decisions;

/// <summary>
/// The node's record of its answers. Invariants: recording neither blocks nor allocates; a record is shipped only after
/// it was synced; what could not be recorded is counted. Thread-safe.
/// </summary>
internal sealed class DecisionJournal : IDecisionSink, IDisposable
{
    private readonly EntryRing _ring;
    private readonly LossCounter _losses = new();
    private readonly JournalState _state = new();
    private readonly JournalWriter _writer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _waitMax;
    private readonly bool _refuses;
    private long _late;

    /// <summary>Opens the folder and begins a journal.</summary>
    /// <exception cref="IOException">The folder cannot be written, or another process uses it.</exception>
    public DecisionJournal(IOptions<DecisionOptions> options, TimeProvider time, ILogger<DecisionJournal> logger)
    {
        (_time, _logger) = (time, logger);
        Waits = options.Value.Mode == DecisionMode.Durable;
        _refuses = options.Value.WhenFull == DecisionPolicy.Refuse;
        _waitMax = TimeSpan.FromMilliseconds(options.Value.CommitWaitMs);
        _ring = new(options.Value.RingCapacity);
        Folder = new(options.Value.Folder);
        _writer = new(_ring, _losses, _state, Folder, options.Value, time, logger);
    }

    /// <summary>The files.</summary>
    public JournalFolder Folder { get; }

    /// <summary>Up to where this run's journal is durable; null before the first commit.</summary>
    public JournalEnd? End => _writer.End;

    /// <summary>Identity of this run's journal.</summary>
    public Guid Journal => _writer.Journal;

    /// <summary>Why nothing can be written now.</summary>
    public JournalTrouble Trouble => _state.Trouble;

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
    public bool Refusing => _refuses && _state.Trouble != JournalTrouble.None;

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

    /// <summary>Writes what is there and ends.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        Folder.Dispose();
    }

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

            // Nobody waits for a disk that has just refused.
            var left = _waitMax - _time.GetElapsedTime(startedAt);
            if (_state.Trouble != JournalTrouble.None || left <= TimeSpan.Zero
                || cancellation.IsCancellationRequested)
            {
                Interlocked.Increment(ref _late);
                return !_refuses;
            }

            await changed.WaitAsync(left, _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
