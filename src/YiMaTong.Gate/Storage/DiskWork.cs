namespace YiMaTong.Gate.Storage;

/// <summary>
/// Work that a disk may hold up. It has a thread of its own: a hanging disk would otherwise keep threads of the pool,
/// of which a small gate has two, and answers would wait for the pool to make more.
/// </summary>
internal static class DiskWork
{
    /// <summary>Runs work apart from the pool.</summary>
    public static Task<T> RunAsync<T>(Func<T> work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Runs work apart from the pool.</summary>
    public static Task RunAsync(Action work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
