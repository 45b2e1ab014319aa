namespace YiMaTong.Issuing.Feed;

/// <summary>Wakes the feed's readers of this process after a commit. A pulse that nobody awaits is lost, which is why readers
/// take <see cref="Next"/> before they look into the database. Thread-safe.</summary>
internal sealed class FeedSignal
{
    private TaskCompletionSource _next = Create();

    /// <summary>Completes at the next pulse.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Pulse() => Interlocked.Exchange(ref _next, Create()).SetResult();

    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
