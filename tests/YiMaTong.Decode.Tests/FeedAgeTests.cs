using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Decode.Feed;

namespace YiMaTong.Decode.Tests;

/// <summary>Data are as old as issuing's look at its database, however late the node hears of it.</summary>
public sealed class FeedAgeTests
{
    private const uint BoundMs = 3_000;

    private static long Age(Node node) => node.Status.AgeMs(node.Status.Current);

    private static Node Bounded()
    {
        var node = new Node();
        var entities = World.All();
        entities[1] = World.Scene(2, scene => scene.MaxStalenessMs = BoundMs);
        node.Load(entities);
        _ = node.Feed.StartWatch();
        return node;
    }

    [Fact]
    public void Accept_HeartbeatHeldUp_IsAsOldAsItsLook()
    {
        using var node = Bounded();
        _ = node.Feed.Accept(World.Heartbeat(10, 5_000));
        node.Time.Advance(TimeSpan.FromSeconds(9));
        _ = node.Feed.Accept(World.Heartbeat(10, 6_000));

        Assert.Equal(8_000, Age(node));
        Assert.Equal(PyCodes.DataUnavailable, node.Scan(node.Mint()).Code);

        _ = node.Feed.Accept(World.Heartbeat(10, 14_000));
        Assert.Equal(0, Age(node));
        Assert.Equal(PyCodes.Success, node.Scan(node.Mint()).Code);
    }

    [Fact]
    public void Accept_FirstHeartbeatHeldUp_IsAsOldAsTheRequest()
    {
        using var node = Bounded();
        node.Time.Advance(TimeSpan.FromSeconds(4));
        _ = node.Feed.Accept(World.Heartbeat(10, 77));
        Assert.Equal(4_000, Age(node));
        Assert.Equal(PyCodes.DataUnavailable, node.Scan(node.Mint()).Code);
    }

    [Fact]
    public void Accept_SnapshotHeldUp_IsAsOldAsItsRequest()
    {
        using var node = new Node();
        node.Feed.StartSnapshot();
        node.Time.Advance(TimeSpan.FromSeconds(2));
        _ = node.Feed.Accept(World.Begin(1));
        _ = node.Feed.Accept(World.End(0));
        Assert.Equal(2_000, Age(node));
    }

    [Fact]
    public void Accept_IssuingsClockGoesFaster_AgeIsNeverNegative()
    {
        using var node = Bounded();
        for (ulong beat = 0; beat < 5; beat++)
        {
            _ = node.Feed.Accept(World.Heartbeat(10, 1_000 + (beat * 1_300)));
            Assert.Equal(0, Age(node));
            node.Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void Accept_OlderLookAfterANewer_DoesNotMakeOlder()
    {
        using var node = Bounded();
        node.Time.Advance(TimeSpan.FromSeconds(5));
        _ = node.Feed.Accept(World.Heartbeat(10));
        _ = node.Feed.Accept(World.Heartbeat(10, 77));
        Assert.Equal(0, Age(node));
    }

    [Theory]
    [InlineData(9, 2_000, FeedAction.Continue)]
    [InlineData(11, 2_000, FeedAction.Renew)]
    [InlineData(11, 11_500, FeedAction.Continue)]
    [InlineData(601, 601_900, FeedAction.Renew)]
    [InlineData(601, 0, FeedAction.Continue)]
    internal void Accept_StreamThatMeasuresBadly_IsRenewed(int seconds, ulong lookedAtMs, FeedAction expected)
    {
        using var node = Bounded();
        _ = node.Feed.Accept(World.Heartbeat(10, 1_000));
        node.Time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(expected, node.Feed.Accept(World.Heartbeat(10, lookedAtMs)).Action);
    }

    // Frames come in order, later and later: up to 8 s, which is more than the bound.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Scan_RevokedLongerAgoThanTheBound_IsNeverLetIn(int seed)
    {
        const int CommitMs = 20_000;
        using var node = Bounded();
        var random = new Random(seed);
        var onTheWay = new Queue<(int DueMs, WatchResponse Frame)>();
        var (due, letIn, revoked) = (0, 0, false);
        for (var now = 0; now < 60_000; now += 100)
        {
            if (now % 1_000 == 0)
            {
                var newest = now >= CommitMs ? 11UL : 10UL;
                due = Math.Max(due, now + Math.Min(8_000, (now * 2 / 5) + random.Next(500)));
                if (newest == 11 && !revoked)
                {
                    revoked = true;
                    onTheWay.Enqueue((due, World.Changes((11, World.Subject(11, s => s.State = SubjectState.Frozen)))));
                }

                onTheWay.Enqueue((due, World.Heartbeat(newest, 1_000_000 + (ulong)now)));
            }

            while (onTheWay.TryPeek(out var frame) && frame.DueMs <= now)
            {
                Assert.NotEqual(FeedAction.Resync, node.Feed.Accept(onTheWay.Dequeue().Frame).Action);
            }

            var code = node.Scan(node.Mint()).Code;
            letIn += code == PyCodes.Success ? 1 : 0;
            Assert.False(
                code == PyCodes.Success && now > CommitMs + BoundMs, $"let in {now - CommitMs} ms after, seed {seed}");
            node.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(letIn, 30, 250);
        Assert.Equal(11UL, node.Status.Current.Revision);
    }
}
