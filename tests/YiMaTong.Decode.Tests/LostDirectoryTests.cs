using Microsoft.Extensions.Logging.Abstractions;
using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Decode.Feed;
using YiMaTong.Decode.Registry;
using YiMaTong.Decode.Snapshots;
using YiMaTong.Directory;

namespace YiMaTong.Decode.Tests;

/// <summary>A full disk under the overflow file: the node says that it cannot tell, and starts anew.</summary>
public sealed class LostDirectoryTests
{
    [Fact]
    public void Accept_DirectoryFailsInTheFirstSnapshot_NextSnapshotStartsFromAnEmptyOne()
    {
        using var node = new Node();
        var directory = new FullDisk(node.Get<ISubjectDirectory>());
        var feed = Applier(node, directory);
        directory.IsFull = true;
        feed.StartSnapshot();
        _ = feed.Accept(World.Begin(10));
        Assert.Throws<IOException>(() => feed.Accept(World.Batch(World.All())));
        Assert.Equal(0, directory.Clears);

        directory.IsFull = false;
        Load(feed);

        Assert.Equal(1, directory.Clears);
        Assert.True(node.Status.Current.Complete);
    }

    [Fact]
    public void Accept_DirectoryFailsInAChange_NodeIsNotCompleteUntilTheNextSnapshot()
    {
        using var node = new Node();
        var directory = new FullDisk(node.Get<ISubjectDirectory>());
        var feed = Applier(node, directory);
        Load(feed);
        directory.IsFull = true;
        var change = new ChangeBatch();
        change.Changes.Add(new Change { Revision = 11, Entity = World.Subject(11) });

        Assert.Throws<IOException>(() => feed.Accept(new WatchResponse { Changes = change }));
        Assert.True(feed.NeedsSnapshot);
        Assert.False(node.Status.Current.Complete);
        Assert.Equal(10UL, node.Status.Current.Revision);

        directory.IsFull = false;
        Load(feed);
        Assert.Equal(1, directory.Clears);
        Assert.True(node.Status.Current.Complete);
    }

    private static FeedApplier Applier(Node node, ISubjectDirectory directory) =>
        new(
            new NodeContent(
                directory, node.Get<NodeRegistry>(), node.Get<HeldEntities>(), NullLogger<NodeContent>.Instance),
            node.Status, node.Time, NullLogger<FeedApplier>.Instance);

    private static void Load(FeedApplier feed)
    {
        feed.StartSnapshot();
        _ = feed.Accept(World.Begin(10));
        _ = feed.Accept(World.Batch(World.All()));
        Assert.Equal(FeedAction.SnapshotDone, feed.Accept(World.End(World.All().Length)).Action);
    }

    /// <summary>A real directory whose disk can be filled.</summary>
    private sealed class FullDisk(ISubjectDirectory inner) : ISubjectDirectory
    {
        public bool IsFull { get; set; }

        public int Clears { get; private set; }

        public long Count => inner.Count;

        public bool IsComplete => inner.IsComplete;

        public LookupStatus TryRead(ulong handle, out Directory.SubjectRecord record) =>
            inner.TryRead(handle, out record);

        public void Apply(ulong handle, in Directory.SubjectRecord record)
        {
            if (IsFull)
            {
                throw new IOException("No space left on device");
            }

            inner.Apply(handle, record);
        }

        public void MarkComplete() => inner.MarkComplete();

        public ISubjectCursor Scan() => inner.Scan();

        public void Clear()
        {
            Clears++;
            inner.Clear();
        }

        // The node owns the directory behind this one.
        public void Dispose() => GC.SuppressFinalize(this);
    }
}
