using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using YiMaTong.Issuing.Storage;
using YiMaTong.Issuing.Tests.Storage;
using Wire = YiMaTong.Contracts.Feed.V1;

namespace YiMaTong.Issuing.Tests.Feed;

public sealed class FeedWatchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SnapshotAndWatch_WhileWritersWrite_EqualFullState()
    {
        await using var feed = await TestFeed.Start();
        await feed.Add(Rows.CodeKey(feed.Sealer, 1), Rows.Tag(1), Rows.Scene("s"));
        await feed.Add([.. Enumerable.Range(0, 1201).Select(number => Rows.Device($"d{number:0000}", "m")),
            Rows.Merchant(feed.Sealer, "m", "s")]);
        var seed = Environment.TickCount;
        var writers = Enumerable.Range(0, 4)
            .Select(writer => Task.Run(() => WriteAtRandom(feed, new Random(seed + writer), writer), Token)).ToList();

        var replica = await feed.TakeReplica();
        using var watch = feed.Watch(replica);
        var newest = (await Task.WhenAll(writers)).Max();
        await replica.Follow(watch, (ulong)newest);

        var full = await feed.TakeReplica();
        Assert.Equal(full.Revision, replica.Revision);
        Assert.True(
            full.Entities.Count == replica.Entities.Count
            && full.Entities.All(entity => replica.Entities[entity.Key].Equals(entity.Value)),
            $"The replica differs from the full state (seed {seed}).");
    }

    [Fact]
    public async Task Watch_BacklogOverOneBatch_ComesInOrderWithHeartbeatsBetween()
    {
        await using var feed = await TestFeed.Start();
        var replica = await feed.TakeReplica();
        var revision = await feed.Add([.. Enumerable.Range(0, 1_100).Select(number => Rows.Scene($"s{number}"))]);
        using var watch = feed.Watch(replica);
        foreach (var size in new[] { 500, 500, 100 })
        {
            var batch = await Replica.Next(watch);
            Assert.Equal(size, batch.Changes.Changes.Count);
            replica.Apply(batch.Changes);
            Assert.Equal((ulong)revision, (await Replica.Next(watch)).Heartbeat.Revision);
        }

        Assert.Equal((ulong)revision, replica.Revision);
    }

    [Fact]
    public async Task Watch_ManyReconnects_LosesAndDoublesNothing()
    {
        await using var feed = await TestFeed.Start();
        var replica = await feed.TakeReplica();
        var writing = Task.Run(() => feed.AddScenes(60), Token);
        while (replica.Revision < 60)
        {
            using var watch = feed.Watch(replica);
            await replica.Follow(watch, Math.Min(60, replica.Revision + 7));
        }

        Assert.Equal(60, await writing);
        Assert.Equal(60, replica.Entities.Count);
    }

    [Fact]
    public async Task Watch_ChangeFromOtherProcess_ComesByPolling()
    {
        await using var feed = await TestFeed.Start();
        var replica = await feed.TakeReplica();
        using var watch = feed.Watch(replica);
        await Replica.Next(watch);

        // Written past this process's change writer, and so without its signal.
        await using var db = await feed.Open();
        var scene = Rows.Scene("s");
        scene.Revision = 1;
        db.Scenes.Add(scene);
        db.Outbox.Add(new OutboxEntry { Revision = 1, Kind = FeedEntity.Scene, Key = "s" });
        (await db.FeedStates.SingleAsync(Token)).Revision = 1;
        await db.SaveChangesAsync(Token);
        await replica.Follow(watch, 1);
        Assert.Single(replica.Entities);
    }

    [Fact]
    public async Task Watch_NothingNew_HeartbeatsAtInterval()
    {
        var time = new FakeTimeProvider();
        await using var feed = await TestFeed.Start(time);
        using var watch = feed.Watch(await feed.TakeReplica());
        var lookedAt = (await Replica.Next(watch)).Heartbeat.LookedAtMs;
        Assert.NotEqual(0UL, lookedAt);
        for (var beat = 1; beat <= 3; beat++)
        {
            var start = time.GetUtcNow();
            var next = Replica.Next(watch);
            while (!next.IsCompleted)
            {
                time.Advance(TimeSpan.FromMilliseconds(50));
                await Task.WhenAny(next, Task.Delay(5, Token));
            }

            var heartbeat = (await next).Heartbeat;
            Assert.Equal(0UL, heartbeat.Revision);
            var now = (ulong)(time.GetTimestamp() / (time.TimestampFrequency / 1_000));
            Assert.InRange(heartbeat.LookedAtMs, lookedAt + 1, now);
            lookedAt = heartbeat.LookedAtMs;
            var least = TimeSpan.FromMilliseconds(beat == 1 ? 0 : 900);
            Assert.True(time.GetUtcNow() - start >= least, "A heartbeat came early.");
        }
    }

    [Theory]
    [InlineData("epoch")]
    [InlineData("short epoch")]
    [InlineData("ahead")]
    [InlineData("far ahead")]
    [InlineData("trimmed")]
    public async Task Watch_PlaceCannotBeServed_SaysWhyAndEnds(string fault)
    {
        await using var feed = await TestFeed.Start(
            changes: new Dictionary<string, string?> { ["Issuing:Feed:KeepRevisions"] = "3" });
        await feed.AddScenes(5);
        Assert.Equal(2, await feed.Trimmer.Trim(Token));
        var epoch = (await feed.TakeReplica()).Epoch.ToByteArray();
        epoch[15] ^= (byte)(fault == "epoch" ? 1 : 0);
        var request = new Wire.WatchRequest
        {
            Epoch = Google.Protobuf.ByteString.CopyFrom(fault == "short epoch" ? epoch[..8] : epoch),
            FromRevision = fault switch { "ahead" => 6, "far ahead" => ulong.MaxValue, "trimmed" => 1, _ => 5 },
        };
        using var watch = feed.Client.Watch(request, feed.Headers, cancellationToken: Token);
        Assert.Equal(fault.Split(' ')[^1], (await Replica.Next(watch)).Resync?.Reason);
        Assert.False(await watch.ResponseStream.MoveNext(Token));
    }

    [Fact]
    public async Task Watch_RowsTakenAwayByHand_SaysTrimmed()
    {
        await using var feed = await TestFeed.Start();
        var replica = await feed.TakeReplica();
        await feed.AddScenes(3);
        await using var db = await feed.Open();
        await db.Outbox.Where(entry => entry.Revision == 2).ExecuteDeleteAsync(Token);
        using var watch = feed.Watch(replica);
        Assert.Equal("trimmed", (await Replica.Next(watch)).Resync?.Reason);
    }

    [Fact]
    public async Task Watch_FromTrimMark_IsStillServed()
    {
        await using var feed = await TestFeed.Start(
            changes: new Dictionary<string, string?> { ["Issuing:Feed:KeepRevisions"] = "3" });
        await feed.AddScenes(5);
        Assert.Equal(2, await feed.Trimmer.Trim(Token));
        Assert.Equal(0, await feed.Trimmer.Trim(Token));
        var epoch = (await feed.TakeReplica()).Epoch;
        var request = new Wire.WatchRequest { Epoch = epoch, FromRevision = 2 };
        using var watch = feed.Client.Watch(request, feed.Headers, cancellationToken: Token);
        Assert.Equal([3UL, 4UL, 5UL], (await Replica.Next(watch)).Changes.Changes.Select(change => change.Revision));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer ")]
    [InlineData("Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public async Task AnyCall_WithoutToken_IsUnauthenticated(string? authorization)
    {
        await using var feed = await TestFeed.Start();
        var headers = authorization is null ? new Metadata() : new Metadata { { "authorization", authorization } };
        using var snapshot = feed.Client.Snapshot(new Wire.SnapshotRequest(), headers, cancellationToken: Token);
        using var watch = feed.Client.Watch(new Wire.WatchRequest(), headers, cancellationToken: Token);
        var refusals = new[]
        {
            await Assert.ThrowsAsync<RpcException>(() => snapshot.ResponseStream.MoveNext(Token)),
            await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Token)),
        };
        Assert.All(refusals, refusal => Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode));
    }

    [Fact]
    public async Task Watch_ServiceStops_EndsAsUnavailable()
    {
        await using var feed = await TestFeed.Start();
        using var watch = feed.Watch(await feed.TakeReplica());
        await Replica.Next(watch);
        await feed.Stop().WaitAsync(TimeSpan.FromSeconds(10), Token);
        var end = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Token));
        Assert.Equal(StatusCode.Unavailable, end.StatusCode);
    }

    private static async Task<long> WriteAtRandom(TestFeed feed, Random random, int writer)
    {
        long revision = 0;
        for (var round = 0; round < 40; round++)
        {
            revision = await feed.Writer.WriteAsync(
                unit => ChangeAtRandom(feed, unit, random, (writer * 1_000) + round), Token);
        }

        return revision;
    }

    private static async Task ChangeAtRandom(TestFeed feed, ChangeUnit unit, Random random, int number)
    {
        switch (random.Next(5))
        {
            case 0:
                unit.Db.Add(Rows.Scene($"s{number}"));
                break;
            case 1:
                var citizen = Rows.Citizen(feed.Sealer, number % 1_000 + number / 1_000 * 100);
                unit.Db.Add(citizen);
                await unit.Db.SaveChangesAsync(Token);
                unit.Db.Add(Rows.Claim(citizen.Id));
                break;
            case 2:
                (await unit.Db.Tags.SingleAsync(Token)).Text = $"标签{number}";
                break;
            case 3:
                (await unit.Db.Merchants.SingleAsync(Token)).Active ^= true;
                unit.Touch(await unit.Db.Scenes.SingleAsync(scene => scene.SceneId == "s", Token));
                break;
            default:
                foreach (var found in await unit.Db.Citizens.Take(3).ToListAsync(Token))
                {
                    found.HandTags ^= 1UL << random.Next(64);
                }

                break;
        }
    }
}
