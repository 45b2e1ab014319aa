namespace YiMaTong.Issuing.Feed;

/// <summary>
/// Wakes the feed's readers of this process after a commit. A reader listens before it looks into the database: a
/// commit between its look and its wait then ends the wait at once. Thread-safe.
/// </summary>
internal sealed class FeedSignal
{
    private TaskCompletionSource _next = Create();

    /// <summary>Starts to listen for the next pulse.</summary>
    public Listener Listen() => new(Volatile.Read(ref _next));

    public void Pulse() => Interlocked.Exchange(ref _next, Create()).SetResult();

    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One listening; it hears one pulse.</summary>
    internal readonly struct Listener(TaskCompletionSource next)
    {
        /// <summary>Whether the pulse has come.</summary>
        public bool Heard => next.Task.IsCompleted;

        /// <summary>Waits for the pulse, at most for a time.</summary>
        public async Task Wait(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
#pragma warning disable VSTHRD003 // Nothing runs behind this task: it is the pulse.
            await Task.WhenAny(next.Task, Task.Delay(limit, time, ended.Token));
#pragma warning restore VSTHRD003
            await ended.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
