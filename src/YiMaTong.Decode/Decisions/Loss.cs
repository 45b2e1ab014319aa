namespace YiMaTong.Decode.Decisions;

/// <summary>Answers that were given without a record.</summary>
/// <param name="Count">How many; 0 for none.</param>
/// <param name="FromMs">Milliseconds of the Unix epoch of the first.</param>
/// <param name="ToMs">Milliseconds of the Unix epoch of the last.</param>
internal readonly record struct Loss(long Count, long FromMs, long ToMs);

/// <summary>
/// Counts what is lost until the loss itself is recorded. Thread-safe; no answer but a lost one takes its lock.
/// </summary>
internal sealed class LossCounter
{
    private readonly Lock _gate = new();
    private Loss _pending;
    private long _total;

    /// <summary>Answers lost since the start.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>Whether a loss waits to be recorded.</summary>
    public bool Any
    {
        get
        {
            lock (_gate)
            {
                return _pending.Count > 0;
            }
        }
    }

    /// <summary>Counts one.</summary>
    /// <returns>Whether it is the first since the last was taken.</returns>
    public bool Add(long atMs)
    {
        lock (_gate)
        {
            _total++;
            var first = _pending.Count == 0;
            _pending = first
                ? new(1, atMs, atMs)
                : new(_pending.Count + 1, Math.Min(_pending.FromMs, atMs), Math.Max(_pending.ToMs, atMs));
            return first;
        }
    }

    /// <summary>Takes what was counted.</summary>
    public Loss Take()
    {
        lock (_gate)
        {
            var taken = _pending;
            _pending = default;
            return taken;
        }
    }
}
