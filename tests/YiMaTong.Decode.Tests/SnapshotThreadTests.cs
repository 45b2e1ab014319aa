using YiMaTong.Decode.Snapshots;
using YiMaTong.Directory;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests;

/// <summary>Where snapshots are written: on one core the pool's one thread answers the gates.</summary>
public sealed class SnapshotThreadTests
{
    [Fact]
    public async Task Service_WritesSnapshot_KeepsOffThePoolsThreads()
    {
        using var folder = new TempDirectory();
        var watched = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var node = new Node(folder: folder.Path, around: directory => new WatchedDirectory(directory, watched));
        node.Load(World.All());
        using var service = node.Get<SnapshotService>();
        await service.StartAsync(TestContext.Current.CancellationToken);
        var onPool = await watched.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await service.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(onPool);
    }

    /// <summary>The real directory, which tells what kind of thread first ran over it.</summary>
    private sealed class WatchedDirectory(ISubjectDirectory inner, TaskCompletionSource<bool> onPool)
        : ISubjectDirectory
    {
        public long Count => inner.Count;

        public bool IsComplete => inner.IsComplete;

        public LookupStatus TryRead(ulong handle, out SubjectRecord record) => inner.TryRead(handle, out record);

        public void Apply(ulong handle, in SubjectRecord record) => inner.Apply(handle, in record);

        public void MarkComplete() => inner.MarkComplete();

        public void Clear() => inner.Clear();

        public ISubjectCursor Scan()
        {
            _ = onPool.TrySetResult(Thread.CurrentThread.IsThreadPoolThread);
            return inner.Scan();
        }

        public void Dispose() => inner.Dispose();
    }
}
