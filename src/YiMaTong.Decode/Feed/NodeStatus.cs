namespace YiMaTong.Decode.Feed;

/// <summary>
/// The node's state, swapped as a whole. One writer, the feed, publishes a state only after the data that it speaks
/// of is in place, and takes completeness back before it clears: a reader that reads the state first never believes
/// too much.
/// </summary>
internal sealed class NodeStatus(TimeProvider time)
{
    /// <summary>An age that cannot be told: older than any bound.</summary>
    public const long AgeUnknown = long.MaxValue;

    private volatile NodeState _current = NodeState.Empty;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>The newest state.</summary>
    public NodeState Current => _current;

    /// <summary>
    /// Milliseconds since the node last heard that a state's revision was the newest; <see cref="AgeUnknown"/> where it
    /// never did, or cannot tell when.
    /// </summary>
    public long AgeMs(NodeState state) => AgeMs(state, time.GetTimestamp());

    /// <summary>As above, for a caller that knows the time; 0 where the node heard since.</summary>
    /// <param name="state">The state.</param>
    /// <param name="now">The clock's timestamp.</param>
    public long AgeMs(NodeState state, long now) => state.ConfirmedAt == NodeState.NeverConfirmed
        ? AgeUnknown
        : Math.Max(0, (long)time.GetElapsedTime(state.ConfirmedAt, now).TotalMilliseconds);

    /// <summary>The <see cref="NodeState.ConfirmedAt"/> of data that are so old now.</summary>
    public long ConfirmedAt(long ageMs) => ageMs == AgeUnknown
        ? NodeState.NeverConfirmed
        : time.GetTimestamp() - (long)(ageMs / 1_000.0 * time.TimestampFrequency);

    /// <summary>Puts a new state and wakes those who wait. Only the feed calls it.</summary>
    public void Publish(NodeState next)
    {
        _current = next;
        Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
    }

    /// <summary>Waits until the node has applied a revision.</summary>
    /// <param name="revision">The revision.</param>
    /// <param name="limit">Longest wait.</param>
    /// <param name="cancellation">Ends the wait early.</param>
    /// <returns>Whether the node has it now.</returns>
    public async Task<bool> WaitFor(ulong revision, TimeSpan limit, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var deadline = Task.Delay(limit, time, ended.Token);
        while (true)
        {
            // The signal is taken before the state: a state published in between wakes this very signal.
            var changed = Volatile.Read(ref _changed).Task;
            if (Has(revision))
            {
                await ended.CancelAsync();
                return true;
            }

            if (await Task.WhenAny(changed, deadline) == deadline)
            {
                return Has(revision);
            }
        }
    }

    /// <summary>Whether the node has applied a revision.</summary>
    public bool Has(ulong revision) => _current is { Complete: true } state && state.Revision >= revision;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
