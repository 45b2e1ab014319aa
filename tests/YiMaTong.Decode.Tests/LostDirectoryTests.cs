using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Decode.Feed;
using YiMaTong.Decode.Registry;
using YiMaTong.Decode.Snapshots;
using YiMaTong.Directory;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests;

/// <summary>A full disk under the overflow file: the node says that it cannot tell, and starts anew.</summary>
public sealed partial class LostDirectoryTests
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

    [Fact]
    public async Task Follow_DiskThatStaysFull_IsTriedMoreAndMoreSeldomUntilThereIsRoom()
    {
        using var folder = new TempDirectory();
        await using var issuing = await FakeFeed.Start();
        var token = folder.Combine("token");
        await File.WriteAllTextAsync(token, "feed-token", TestContext.Current.CancellationToken);
        using var node = new Node(options => options.Feed = new()
        {
            Address = issuing.Address,
            TokenFile = token,
            BackoffMinMs = 10,
            BackoffMaxMs = 100,
            SilenceSeconds = 300,
        });
        var directory = new FullDisk(node.Get<ISubjectDirectory>()) { IsFull = true };
        var feed = Applier(node, directory);
        var clock = new FakeTimeProvider();
        using var client = Client(node, feed, clock);
        await client.StartAsync(TestContext.Current.CancellationToken);
        await Passing(clock, () => Waits(node).Any(wait => wait > 30_000), "it waits for half a minute");

        // The wait doubles from at least half a second: a hundred seconds hold few tries.
        Assert.InRange(issuing.Snapshots, 5, 12);
        Assert.False(node.Status.Current.Complete);
        directory.IsFull = false;
        await Passing(clock, () => node.Status.Has(10), "the node is complete");
        await client.StopAsync(CancellationToken.None);
    }

    private static FeedClient Client(Node node, FeedApplier feed, FakeTimeProvider clock)
    {
        var started = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        started.NotifyStarted();
        return new(
            feed,
            new(node.Get<SnapshotStore>(), feed, node.Get<DataAge>(), NullLogger<SnapshotRestorer>.Instance),
            node.Status, Options.Create(node.Options), clock, started, node.Get<ILogger<FeedClient>>());
    }

    private static Task Passing(FakeTimeProvider clock, Func<bool> condition, string what) => AwaitUntil.Soon(
        () =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return condition();
        },
        what);

    private static IEnumerable<int> Waits(Node node) =>
        from entry in node.Logs.Entries
        where entry.Event == "DirectoryLost"
        select int.Parse(Wait().Match(entry.Text).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"in (\d+) ms")]
    private static partial Regex Wait();

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
