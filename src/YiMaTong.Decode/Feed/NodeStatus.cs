namespace YiMaTong.Decode.Feed;

/// <summary>
/// The node's state, swapped as a whole. One writer, the feed, publishes a state only after the data that it speaks
/// of is in place, and takes completeness back before it clears: a reader that reads the state first never believes
/// too much.
/// </summary>
internal sealed class NodeStatus(TimeProvider time)
{
    private volatile NodeState _current = NodeState.Empty;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>The newest state.</summary>
    public NodeState Current => _current;

    /// <summary>Milliseconds since the node last heard that a state's revision was the newest.</summary>
    public long AgeMs(NodeState state) => (long)time.GetElapsedTime(state.ConfirmedAt).TotalMilliseconds;

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
