using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using YiMaTong.Codes.Returns;
using YiMaTong.Decode.Feed;
using YiMaTong.Decode.Snapshots;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests;

public sealed class FeedClientTests
{
    /// <summary>A node whose client follows a fake feed; the client's waits are short and on the real clock.</summary>
    private sealed class Following : IAsyncDisposable
    {
        private readonly string _token = Path.GetTempFileName();
        private readonly FeedClient _client;

        public Following(string address, string? folder = null, int catchUpMs = 1_000)
        {
            File.WriteAllText(_token, "feed-token\n");
            Node = new Node(
                o => o.Feed = new()
                {
                    Address = address,
                    TokenFile = _token,
                    BackoffMinMs = 10,
                    BackoffMaxMs = 100,
                    SilenceSeconds = 2,
                },
                folder,
                snapshots: new() { CatchUpMs = catchUpMs });
            var started = new Microsoft.Extensions.Hosting.Internal.ApplicationLifetime(
                Node.Get<ILogger<Microsoft.Extensions.Hosting.Internal.ApplicationLifetime>>());
            started.NotifyStarted();
            _client = new FeedClient(
                Node.Feed, Node.Get<SnapshotRestorer>(), Node.Status,
                Microsoft.Extensions.Options.Options.Create(Node.Options), TimeProvider.System,
                started,
                Node.Get<ILogger<FeedClient>>());
        }

        public Node Node { get; }

        public async Task<Following> Start()
        {
            await _client.StartAsync(TestContext.Current.CancellationToken);
            return this;
        }

        public Task Reach(ulong revision) =>
            AwaitUntil.Soon(() => Node.Status.Has(revision), $"revision {revision} is applied");

        public async ValueTask DisposeAsync()
        {
            await _client.StopAsync(CancellationToken.None);
            _client.Dispose();
            Node.Dispose();
            File.Delete(_token);
        }
    }

    [Fact]
    public async Task Follow_SnapshotThenChanges_AppliesBothAndShowsTheToken()
    {
        await using var feed = await FakeFeed.Start();
        feed.OnWatch = async (_, request, stream, cancellation) =>
        {
            Assert.Equal(World.Epoch, request.Epoch.ToByteArray());
            await stream.WriteAsync(World.Changes((11, World.Subject(11, s => s.Tags = 1))), cancellation);
            await Task.Delay(Timeout.Infinite, cancellation);
        };
        await using var following = await new Following(feed.Address).Start();
        await following.Reach(11);

        Assert.Equal("Bearer feed-token", feed.LastAuthorization);
        Assert.Equal(PyCodes.Success, following.Node.Scan(following.Node.Mint()).Code);
    }

    [Fact]
    public async Task Follow_SnapshotKilledMidway_IsTakenAgain()
    {
        await using var feed = await FakeFeed.Start();
        feed.OnSnapshot = async (number, stream, cancellation) =>
        {
            if (number == 1)
            {
                await stream.WriteAsync(World.Begin(10), cancellation);
                await stream.WriteAsync(World.Batch(World.All()), cancellation);
                throw new RpcException(new Status(StatusCode.Unavailable, "killed"));
            }

            if (number == 2)
            {
                await stream.WriteAsync(World.Begin(10), cancellation);
                return;
            }

            await FakeFeed.SendAll(number, stream, cancellation);
        };
        await using var following = await new Following(feed.Address).Start();
        await following.Reach(10);

        Assert.Equal(3, feed.Snapshots);
        Assert.Contains(
            following.Node.Logs.Entries,
            e => e.Event == "Resync" && e.Text.Contains("end frame", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Follow_WatchThatBreaks_ResumesWhereItStood()
    {
        await using var feed = await FakeFeed.Start();
        feed.OnWatch = async (number, request, stream, cancellation) =>
        {
            Assert.Equal(9UL + (ulong)number, request.FromRevision);
            var next = request.FromRevision + 1;
            await stream.WriteAsync(World.Changes((next, World.Device(next))), cancellation);
            if (number >= 3)
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }
        };
        await using var following = await new Following(feed.Address).Start();
        await following.Reach(13);

        Assert.Equal((1, 3), (feed.Snapshots, feed.Watches));
    }

    [Fact]
    public async Task Follow_GapInTheFeed_IsHealedBySnapshot()
    {
        await using var feed = await FakeFeed.Start();
        feed.OnSnapshot = async (number, stream, cancellation) =>
        {
            await stream.WriteAsync(World.Begin(number == 1 ? 10UL : 30UL), cancellation);
            await stream.WriteAsync(World.Batch(World.All()), cancellation);
            await stream.WriteAsync(World.End(World.All().Length), cancellation);
        };
        feed.OnWatch = async (number, request, stream, cancellation) =>
        {
            await stream.WriteAsync(
                number == 1 ? World.Changes((12, World.Device(12))) : World.Heartbeat(request.FromRevision),
                cancellation);
            await Task.Delay(Timeout.Infinite, cancellation);
        };
        await using var following = await new Following(feed.Address).Start();
        await following.Reach(30);
        Assert.Equal(2, feed.Snapshots);
    }

    [Fact]
    public async Task Follow_HeartbeatThatWasHeldUp_IsAsOldAsItsLookAndTheStreamIsRenewed()
    {
        await using var feed = await FakeFeed.Start();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        feed.OnWatch = async (number, _, stream, cancellation) =>
        {
            if (number == 1)
            {
                await stream.WriteAsync(World.Heartbeat(10, 1_000), cancellation);
                await release.Task.WaitAsync(cancellation);
                await stream.WriteAsync(World.Heartbeat(10, 2_000), cancellation);
            }

            await Task.Delay(Timeout.Infinite, cancellation);
        };
        await using var following = await new Following(feed.Address).Start();
        await AwaitUntil.Soon(() => feed.Watches == 1, "the node watches");
        var node = following.Node;
        node.Time.Advance(TimeSpan.FromSeconds(12));
        release.SetResult();

        await AwaitUntil.Soon(() => feed.Watches >= 2, "the stream is renewed");
        Assert.Equal(11_000, node.Status.AgeMs(node.Status.Current));
        Assert.Equal(1, feed.Snapshots);
    }

    [Fact]
    public async Task Follow_OwnSnapshotThere_ResumesFromItWithoutASnapshotOfIssuings()
    {
        using var folder = new TempDirectory();
        Write(folder.Path);
        await using var feed = await FakeFeed.Start();
        var release = new TaskCompletionSource();
        feed.OnWatch = async (_, request, stream, cancellation) =>
        {
            Assert.Equal(10UL, request.FromRevision);
            await release.Task.WaitAsync(cancellation);
            await stream.WriteAsync(World.Changes((11, World.Subject(11, s => s.Tags = 1))), cancellation);
            await stream.WriteAsync(World.Heartbeat(11), cancellation);
            await Task.Delay(Timeout.Infinite, cancellation);
        };
        await using var following = await new Following(feed.Address, folder.Path, catchUpMs: 60_000).Start();
        await AwaitUntil.Soon(() => feed.Watches == 1, "the node watches");
        Assert.False(following.Node.Status.Current.Complete);
        release.SetResult();
        await following.Reach(11);
        Assert.Equal(0, feed.Snapshots);
    }

    [Fact]
    public async Task Follow_OwnSnapshotAndASilentFeed_AnswersAfterTheCatchUpTime()
    {
        using var folder = new TempDirectory();
        Write(folder.Path);
        await using var feed = await FakeFeed.Start();
        feed.OnWatch = (_, _, _, cancellation) => Task.Delay(Timeout.Infinite, cancellation);
        await using var following = await new Following(feed.Address, folder.Path, catchUpMs: 50).Start();
        await following.Reach(10);
        Assert.Equal(0, feed.Snapshots);
    }

    [Fact]
    public async Task Follow_OwnSnapshotAndNoFeed_AnswersAtOnce()
    {
        using var folder = new TempDirectory();
        Write(folder.Path);
        var spare = await FakeFeed.Start();
        var address = spare.Address;
        await spare.DisposeAsync();
        await using var following = await new Following(address, folder.Path, catchUpMs: 60_000).Start();
        await following.Reach(10);
        Assert.Equal(PyCodes.Success, following.Node.Scan(following.Node.Mint()).Code);
    }

    private static void Write(string folder)
    {
        using var node = new Node(folder: folder);
        node.Load(World.All());
        Assert.NotNull(node.Get<SnapshotTaker>().Take(CancellationToken.None));
    }

    [Fact]
    public async Task Follow_SilentStream_IsLeft()
    {
        await using var feed = await FakeFeed.Start();
        feed.OnWatch = async (number, _, stream, cancellation) =>
        {
            if (number > 1)
            {
                await stream.WriteAsync(World.Changes((11, World.Device(11))), cancellation);
            }

            await Task.Delay(Timeout.Infinite, cancellation);
        };
        var started = Stopwatch.StartNew();
        await using var following = await new Following(feed.Address).Start();
        await following.Reach(11);
        Assert.True(started.Elapsed >= TimeSpan.FromSeconds(1.9), $"left after {started.Elapsed}");
    }

    [Fact]
    public async Task Follow_ServerThatIsDown_IsTriedUntilItIsUp()
    {
        var spare = await FakeFeed.Start();
        var address = spare.Address;
        await spare.DisposeAsync();
        await using var following = await new Following(address).Start();
        await AwaitUntil.Soon(
            () => following.Node.Logs.Entries.Count(e => e.Event == "FeedInterrupted") >= 3, "three tries failed");
        Assert.False(following.Node.Status.Current.Complete);
        Assert.Empty(following.Node.Logs.Errors);
    }

    [Fact]
    public void Backoff_ManyFailures_StaysUnderItsCap()
    {
        var backoff = new Backoff(100, 5_000);
        var waits = Enumerable.Range(0, 100).Select(_ => backoff.Next().TotalMilliseconds).ToList();
        Assert.InRange(waits[0], 51, 100);
        Assert.All(waits.Skip(10), w => Assert.InRange(w, 2_501, 5_000));
        backoff.Reset();
        Assert.InRange(backoff.Next().TotalMilliseconds, 51, 100);
    }
}
