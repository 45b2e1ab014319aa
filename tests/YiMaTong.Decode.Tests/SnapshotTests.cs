using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using YiMaTong.Codes.Returns;
using YiMaTong.Decode.Feed;
using YiMaTong.Decode.Registry;
using YiMaTong.Decode.Snapshots;
using YiMaTong.Directory;

namespace YiMaTong.Decode.Tests;

/// <summary>A node's own snapshot files: what they hold, and how old that is after a restart.</summary>
public sealed class SnapshotTests : IDisposable
{
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("yimatong-").FullName;
    private readonly SteppedClock _time = new(Node.Start);

    public void Dispose() => System.IO.Directory.Delete(_folder, recursive: true);

    private Node Open() => new(folder: _folder, time: _time);

    private string Mint(Node node) => node.Mint((uint)_time.GetUtcNow().ToUnixTimeSeconds());

    private static void Take(Node node) => Assert.NotNull(node.Get<SnapshotTaker>().Take(CancellationToken.None));

    private Node Restarted(bool serve = true)
    {
        var node = Open();
        var restored = node.Get<SnapshotRestorer>().TryRestore(CancellationToken.None);
        Assert.True(restored, string.Join('\n', node.Logs.Entries));
        if (serve)
        {
            node.Feed.Serve();
        }

        return node;
    }

    private void Write(params Contracts.Feed.V1.Entity[] entities)
    {
        using var node = Open();
        node.Load(entities);
        Take(node);
    }

    [Fact]
    public void TryRestore_WholeNode_AnswersAsBefore()
    {
        using (var node = Open())
        {
            var entities = World.All();
            entities[1] = World.Scene(2, s => s.AdmissionRule = "subject.Has(\"student\")");
            node.Load(entities);
            node.Change(r => World.Subject(r, s => s.Tags = 0b1001));
            Take(node);
        }

        using var again = Restarted();

        Assert.Equal((11UL, true, 1), (
            again.Status.Current.Revision, again.Status.Current.Complete, again.Status.Current.Generation));
        Assert.False(again.Feed.NeedsSnapshot);
        Assert.Equal(World.Epoch, again.Feed.ResumePoint().Epoch.ToByteArray());
        Assert.Equal(11UL, again.Feed.ResumePoint().FromRevision);
        var scan = again.Scan(Mint(again), everyField: true);
        Assert.Equal((PyCodes.Success, 0b1001UL), (scan.Code, scan.Tags));
        Assert.Equal("*三", scan.Subject.ConcealName());
        Assert.Equal(8, again.Get<HeldEntities>().Capture().Length + 1);
        Assert.Equal(
            FeedAction.Continue, again.Feed.Accept(World.Changes((12, World.Subject(12, s => s.Tags = 8)))).Action);
        Assert.Equal(8UL, again.Scan(Mint(again), everyField: true).Tags);
    }

    [Fact]
    public void TryRestore_BeforeItCaughtUp_AnswersNothing()
    {
        Write(World.All());
        using var node = Restarted(serve: false);
        Assert.True(node.Feed.CatchingUp);
        Assert.Equal(PyCodes.DataUnavailable, node.Scan(Mint(node)).Code);

        // The code was revoked before the restart and after the snapshot.
        var revoked = World.Subject(11, s => s.State = Contracts.Feed.V1.SubjectState.Frozen);
        _ = node.Feed.Accept(World.Changes((11, revoked)));
        Assert.Equal(PyCodes.DataUnavailable, node.Scan(Mint(node)).Code);
        _ = node.Feed.Accept(World.Heartbeat(11));
        Assert.NotEqual(PyCodes.Success, node.Scan(Mint(node)).Code);
        Assert.True(node.Status.Current.Complete);
        Assert.Equal(0, node.Status.AgeMs(node.Status.Current));
    }

    [Fact]
    public void TryRestore_AnotherEpochInTheFeed_ForgetsTheFile()
    {
        Write(World.All());
        using var node = Restarted();
        _ = node.Feed.Accept(new Contracts.Feed.V1.WatchResponse { Resync = new() { Reason = "epoch" } });
        node.Feed.StartSnapshot();
        _ = node.Feed.Accept(World.Begin(10, [.. World.Epoch.Reverse()]));
        Assert.Equal(0, node.Get<ISubjectDirectory>().Count);
        Assert.Empty(node.Get<HeldEntities>().Capture());
        Assert.Equal(PyCodes.DataUnavailable, DecodeNothing(node));
    }

    [Fact]
    public void TryRestore_LongAfter_ObeysEachScenesStaleness()
    {
        var entities = World.All();
        entities[1] = World.Scene(2, s => s.MaxStalenessMs = 60_000);
        Write(entities);
        _time.Advance(TimeSpan.FromSeconds(59));
        using (var node = Restarted())
        {
            Assert.Equal(59_000, node.Status.AgeMs(node.Status.Current));
            Assert.Equal(PyCodes.Success, node.Scan(Mint(node)).Code);
        }

        _time.Advance(TimeSpan.FromSeconds(2));
        using (var node = Restarted())
        {
            Assert.Equal(PyCodes.DataUnavailable, node.Scan(Mint(node)).Code);
            _ = node.Feed.Accept(World.Heartbeat(10));
            Assert.Equal(PyCodes.Success, node.Scan(Mint(node)).Code);
        }
    }

    [Fact]
    public void TryRestore_OfARestoredNode_KeepsTheFirstConfirmation()
    {
        Write(World.All());
        _time.Advance(TimeSpan.FromSeconds(30));
        using (var node = Restarted())
        {
            Take(node);
        }

        _time.Advance(TimeSpan.FromSeconds(30));
        using var again = Restarted();
        Assert.Equal(60_000, again.Status.AgeMs(again.Status.Current));
    }

    [Theory]
    [InlineData(-10)]
    [InlineData(10)]
    public void TryRestore_WallClockStepped_IsNeverYoungerThanItIs(int minutes)
    {
        Write(World.All());
        _time.Advance(TimeSpan.FromSeconds(20));
        _time.Step += TimeSpan.FromMinutes(minutes);
        using var node = Restarted();
        var age = node.Status.AgeMs(node.Status.Current);
        Assert.True(age >= 20_000, $"{age} ms");
        Assert.Equal(minutes < 0, age == NodeStatus.AgeUnknown);
    }

    [Fact]
    public void AgeMs_WallClockStepsWhileServing_IsNotMoved()
    {
        using var node = Open();
        node.Load(World.All());
        foreach (var minutes in new[] { 10, -10, -10, 10 })
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            var before = node.Status.AgeMs(node.Status.Current);
            _time.Step += TimeSpan.FromMinutes(minutes);
            Assert.Equal(before, node.Status.AgeMs(node.Status.Current));
            _ = node.Feed.Accept(World.Heartbeat(10));
            Assert.Equal(0, node.Status.AgeMs(node.Status.Current));
        }
    }

    [Fact]
    public void AgeMs_NothingHeard_IsUnknownAndRefused()
    {
        using var node = Open();
        Assert.Equal(NodeStatus.AgeUnknown, node.Status.AgeMs(node.Status.Current));
        Assert.Equal(PyCodes.DataUnavailable, DecodeNothing(node));
    }

    [Fact]
    public void TryRestore_KeyFileReplaced_StartsWithoutTheFile()
    {
        Write(World.All());
        var key = Path.Combine(_folder, "snapshot.key");
        Assert.True(IsItsOwnersAlone(key));
        File.WriteAllText(key, Convert.ToBase64String(new byte[32]));
        using var node = Open();
        Assert.False(node.Get<SnapshotRestorer>().TryRestore(CancellationToken.None));
        Assert.True(node.Feed.NeedsSnapshot);

        File.WriteAllText(key, "not a key");
        System.IO.Directory.CreateDirectory(Path.Combine(_folder, "other"));
        using var other = new Node(folder: Path.Combine(_folder, "other"));
        File.Copy(key, Path.Combine(_folder, "other", "snapshot.key"));
        Assert.False(other.Get<SnapshotRestorer>().TryRestore(CancellationToken.None));
        other.Load(World.All());
        _ = other.Get<SnapshotService>().TryWrite(CancellationToken.None);
        Assert.Contains("Base64", other.Get<SnapshotHealth>().Fault, StringComparison.Ordinal);
        Assert.Contains(other.Logs.Entries, e => e.Level == LogLevel.Error && e.Event == "Failed");
    }

    [Fact]
    public void Take_SecretsAndNames_AreNotReadableInTheFile()
    {
        Write(World.All());
        foreach (var file in System.IO.Directory.GetFiles(Path.Combine(_folder, "snapshots")))
        {
            Assert.True(IsItsOwnersAlone(file));
            var bytes = File.ReadAllBytes(file);
            Assert.Equal(-1, bytes.AsSpan().IndexOf(World.CodeKeyBytes));
            Assert.Equal(-1, bytes.AsSpan().IndexOf(World.ResponseKey));
            Assert.Equal(-1, bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(World.MerchantId)));
            Assert.Equal(-1, bytes.AsSpan().IndexOf(BitConverter.GetBytes(World.Handle)));
        }
    }

    [Fact]
    public void Accept_DirectoryLostByAReader_ResyncsAtTheNextFrame()
    {
        using var node = Open();
        node.Load(World.All());
        Take(node);
        node.Get<ISubjectDirectory>().Clear();

        Assert.Equal(FeedAction.Resync, node.Feed.Accept(World.Heartbeat(10)).Action);
        Assert.False(node.Status.Current.Complete);
        Assert.True(node.Feed.DirectoryIsLost());
        Assert.True(node.Get<SnapshotRestorer>().TryRestore(CancellationToken.None));
        node.Feed.Serve();
        Assert.Equal(PyCodes.Success, node.Scan(Mint(node)).Code);
    }

    private static bool IsItsOwnersAlone(string path) => OperatingSystem.IsWindows()
        || File.GetUnixFileMode(path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite);

    private static PyCode DecodeNothing(Node node)
    {
        node.Get<NodeRegistry>().Apply(World.Merchant(1));
        return node.Scan("YM1").Code;
    }

    /// <summary>A clock whose wall time can be set while its monotonic time goes on.</summary>
    private sealed class SteppedClock(DateTimeOffset start) : FakeTimeProvider(start)
    {
        public TimeSpan Step { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Step;

        // The clock below derives its timestamps from the wall time.
        public override long GetTimestamp() => base.GetTimestamp() - Step.Ticks;
    }
}
