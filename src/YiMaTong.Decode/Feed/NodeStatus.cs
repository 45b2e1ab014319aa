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

    // Beyond them nobody waits: a waiter costs memory, and everybody may ask for a revision that never comes.
    private const int WaitersMax = 4_096;

    private static readonly Comparer<(ulong Revision, long Number, TaskCompletionSource Come)> ByRevision =
        Comparer<(ulong Revision, long Number, TaskCompletionSource Come)>.Create(
            static (one, other) => (one.Revision, one.Number).CompareTo((other.Revision, other.Number)));

    private readonly Lock _joining = new();
    private readonly SortedSet<(ulong Revision, long Number, TaskCompletionSource Come)> _waiters = new(ByRevision);
    private volatile NodeState _current = NodeState.Empty;
    private long _joined;

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

    /// <summary>Puts a new state and wakes those whose revision it brings. Only the feed calls it.</summary>
    public void Publish(NodeState next)
    {
        _current = next;
        if (!next.Complete)
        {
            return;
        }

        lock (_joining)
        {
            // Who joins afterwards sees the new state.
            while (_waiters.Min is { Come: not null } first && first.Revision <= next.Revision)
            {
                _ = _waiters.Remove(first);
                first.Come.SetResult();
            }
        }
    }

    /// <summary>Waits until the node has applied a revision; not at all where too many wait already.</summary>
    /// <param name="revision">The revision.</param>
    /// <param name="limit">Longest wait.</param>
    /// <param name="cancellation">Ends the wait early.</param>
    /// <returns>Whether the node has it now.</returns>
    public async Task<bool> WaitFor(ulong revision, TimeSpan limit, CancellationToken cancellation)
    {
        var come = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (TryJoin(revision, come) is { } place)
        {
            await come.Task.WaitAsync(limit, time, cancellation)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (_joining)
            {
                _ = _waiters.Remove(place);
            }
        }

        return Has(revision);
    }

    /// <summary>Whether the node has applied a revision.</summary>
    public bool Has(ulong revision) => _current is { Complete: true } state && state.Revision >= revision;

    private (ulong Revision, long Number, TaskCompletionSource Come)? TryJoin(
        ulong revision, TaskCompletionSource come)
    {
        lock (_joining)
        {
            if (Has(revision) || _waiters.Count >= WaitersMax)
            {
                return null;
            }

            var place = (revision, _joined++, come);
            _ = _waiters.Add(place);
            return place;
        }
    }
}
