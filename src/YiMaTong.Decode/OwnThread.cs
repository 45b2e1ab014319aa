using YiMaTong.Directory;

namespace YiMaTong.Decode;

/// <summary>
/// Runs long work that waits for disks on a thread of its own. On one core the thread pool has one thread; work that
/// keeps it stops every call for half a second, which is when the pool adds another.
/// </summary>
internal static class OwnThread
{
    /// <summary>Runs it; the task ends with it.</summary>
    public static Task<T> Run<T>(Func<T> work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
        TaskScheduler.Default);

    /// <summary>Runs it so that it gives way to whatever else needs its processor.</summary>
    public static Task<T> RunAside<T>(Func<T> work) => Run(() =>
    {
        ThreadWeight.Lower();
        return work();
    });
}
