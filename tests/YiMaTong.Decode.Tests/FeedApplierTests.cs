using Google.Protobuf;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Decode.Feed;
using YiMaTong.Directory;

namespace YiMaTong.Decode.Tests;

public sealed class FeedApplierTests
{
    private static readonly byte[] OtherEpoch = [.. World.Epoch.Reverse()];

    [Fact]
    public void Accept_WholeSnapshot_CompletesTheNode()
    {
        using var node = new Node();
        Assert.True(node.Feed.NeedsSnapshot);
        node.Load(World.All());

        Assert.False(node.Feed.NeedsSnapshot);
        Assert.Equal((10UL, true), (node.Status.Current.Revision, node.Status.Current.Complete));
        Assert.Equal(1, node.Get<ISubjectDirectory>().Count);
        Assert.Equal(World.Epoch, node.Feed.ResumePoint().Epoch.ToByteArray());
        Assert.Equal(10UL, node.Feed.ResumePoint().FromRevision);
    }

    [Fact]
    public void Accept_SnapshotWithWrongCount_IsThrownAway()
    {
        using var node = new Node();
        node.Feed.StartSnapshot();
        _ = node.Feed.Accept(World.Begin(10));
        _ = node.Feed.Accept(World.Batch(World.All()));
        Assert.Equal(FeedAction.Resync, node.Feed.Accept(World.End(World.All().Length + 1)).Action);
        Assert.False(node.Status.Current.Complete);
    }

    [Fact]
    public void Accept_BatchBeforeBegin_IsRefused()
    {
        using var node = new Node();
        node.Feed.StartSnapshot();
        Assert.Equal(FeedAction.Resync, node.Feed.Accept(World.Batch(World.All())).Action);
        node.Feed.StartSnapshot();
        Assert.Equal(FeedAction.Resync, node.Feed.Accept(World.End(0)).Action);
        node.Feed.StartSnapshot();
        _ = node.Feed.Accept(World.Begin(10));
        Assert.Equal(FeedAction.Resync, node.Feed.Accept(World.Begin(10)).Action);
        node.Feed.StartSnapshot();
        Assert.Equal(FeedAction.Resync, node.Feed.Accept(World.Begin(10, [1, 2])).Action);
        Assert.Equal(FeedAction.Resync, node.Feed.Accept(new SnapshotResponse()).Action);
    }

    [Fact]
    public void Accept_SnapshotInAnyOrder_CompilesRulesBesideTheirTags()
    {
        using var node = new Node();
        var entities = World.All();
        entities[1] = World.Scene(2, s => s.AdmissionRule = "subject.Has(\"student\")");
        node.Load([.. entities.Reverse()]);
        Assert.Equal(PyCodes.Success, node.Scan(node.Mint()).Code);
        node.Load([.. entities]);
        Assert.Empty(node.Logs.Errors);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(10)]
    [InlineData(3)]
    public void Accept_ChangeThatDoesNotContinue_Resyncs(ulong revision)
    {
        using var node = Node.Ready();
        var verdict = node.Feed.Accept(World.Changes(
            (revision, World.Subject(revision, s => s.State = Contracts.Feed.V1.SubjectState.Frozen))));

        Assert.Equal(FeedAction.Resync, verdict.Action);
        Assert.True(node.Feed.NeedsSnapshot);
        Assert.Equal(10UL, node.Status.Current.Revision);
        Assert.Equal(PyCodes.Success, node.Scan(node.Mint()).Code);
    }

    [Fact]
    public void Accept_ReorderedBatch_KeepsWhatCameInOrder()
    {
        using var node = Node.Ready();
        var verdict = node.Feed.Accept(World.Changes(
            (11, World.Subject(11, s => s.Tags = 1)), (13, World.Device(13)), (12, World.Device(12))));

        Assert.Equal(FeedAction.Resync, verdict.Action);
        Assert.Equal(11UL, node.Status.Current.Revision);
        Assert.Equal(1UL, node.Scan(node.Mint(), everyField: true).Tags);
    }

    [Fact]
    public void Accept_ChangeWithOlderEntity_Resyncs()
    {
        using var node = Node.Ready();
        Assert.Equal(FeedAction.Resync, node.Feed.Accept(World.Changes((11, World.Device(10)))).Action);
        Assert.Equal(FeedAction.Resync, node.Feed.Accept(
            new WatchResponse { Changes = new() { Changes = { new Change { Revision = 11 } } } }).Action);
        Assert.Equal(FeedAction.Resync, node.Feed.Accept(new WatchResponse()).Action);
    }

    [Fact]
    public void Accept_EntityThatAlreadyCarriesALaterChange_StaysAsItIs()
    {
        using var node = Node.Ready();
        _ = node.Feed.Accept(World.Changes((11, World.Device(12, d => d.Active = false))));
        var verdict = node.Feed.Accept(World.Changes((12, World.Device(12, d => d.Active = false))));
        Assert.Equal(FeedAction.Continue, verdict.Action);
        Assert.Equal(12UL, node.Status.Current.Revision);
    }

    [Fact]
    public void Accept_OlderEntityAfterNewer_ChangesNothing()
    {
        using var node = Node.Ready();
        node.Change(r => World.Subject(r, s => s.Tags = 1));
        node.Change(r => World.Tag(r, 1, "veteran", active: false));
        node.Change(r => World.Scene(r, s => s.AdmissionRule = "false"));
        node.Change(r => World.CodeKey(r, revoked: true));
        node.Load(World.All());

        Assert.Equal(14UL, node.Status.Current.Revision);
        Assert.Equal(PyCodes.IssuingKeyInvalid, node.Scan(node.Mint()).Code);
        node.Change(r => World.CodeKey(r));
        Assert.Equal(PyCodes.SceneRuleDenies, node.Scan(node.Mint()).Code);
        node.Change(r => World.Scene(r));
        Assert.Equal(0UL, node.Scan(node.Mint(), everyField: true).Tags);
    }

    [Fact]
    public void Accept_ResyncFrame_TakesASnapshotAndServesMeanwhile()
    {
        using var node = Node.Ready();
        var verdict = node.Feed.Accept(new WatchResponse { Resync = new() { Reason = "trimmed" } });
        Assert.Equal(FeedAction.Resync, verdict.Action);
        Assert.True(node.Feed.NeedsSnapshot);

        node.Feed.StartSnapshot();
        _ = node.Feed.Accept(World.Begin(20));
        Assert.Equal(PyCodes.Success, node.Scan(node.Mint()).Code);
        Assert.Equal(10UL, node.Status.Current.Revision);
    }

    [Fact]
    public void Accept_AnotherEpoch_ForgetsEverything()
    {
        using var node = Node.Ready();
        node.Feed.StartSnapshot();
        _ = node.Feed.Accept(World.Begin(50, OtherEpoch));
        Assert.False(node.Status.Current.Complete);
        Assert.Equal(0, node.Get<ISubjectDirectory>().Count);

        _ = node.Feed.Accept(World.Batch(World.Scene(2), World.Merchant(3), World.Device(4), World.CodeKey(5)));
        _ = node.Feed.Accept(World.End(4));
        Assert.Equal(PyCodes.NoSuchCode, node.Scan(node.Mint()).Code);
        Assert.Equal(OtherEpoch, node.Feed.ResumePoint().Epoch.ToByteArray());
    }

    [Fact]
    public void Accept_SnapshotOfLessHistory_ForgetsEverything()
    {
        using var node = Node.Ready();
        node.Feed.StartSnapshot();
        _ = node.Feed.Accept(World.Begin(9));
        Assert.False(node.Status.Current.Complete);
    }

    [Fact]
    public void Accept_SecondSnapshotAfterABrokenFirst_StartsFromNothing()
    {
        using var node = new Node();
        node.Feed.StartSnapshot();
        _ = node.Feed.Accept(World.Begin(10));
        _ = node.Feed.Accept(World.Batch(World.Subject(9, s => s.Tags = 1)));
        node.Load(World.All());
        Assert.Equal(0b1011UL, node.Scan(node.Mint(), everyField: true).Tags);
    }

    [Fact]
    public void Accept_HeartbeatOfTheAppliedRevision_RefreshesTheAge()
    {
        using var node = Node.Ready();
        node.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(3000, node.Status.AgeMs(node.Status.Current));

        _ = node.Feed.Accept(World.Heartbeat(11));
        Assert.Equal(3000, node.Status.AgeMs(node.Status.Current));
        _ = node.Feed.Accept(World.Heartbeat(10));
        Assert.Equal(0, node.Status.AgeMs(node.Status.Current));
    }

    [Fact]
    public void Accept_HeartbeatBehindTheNode_Resyncs()
    {
        using var node = Node.Ready();
        Assert.Equal(FeedAction.Resync, node.Feed.Accept(World.Heartbeat(9)).Action);
    }

    [Fact]
    public void Accept_SlowSnapshot_IsAsOldAsItsBeginning()
    {
        using var node = new Node();
        node.Feed.StartSnapshot();
        _ = node.Feed.Accept(World.Begin(1));
        node.Time.Advance(TimeSpan.FromSeconds(7));
        _ = node.Feed.Accept(World.End(0));
        Assert.Equal(7000, node.Status.AgeMs(node.Status.Current));
    }

    [Fact]
    public void Accept_BadRecords_AreLoggedAndOthersServe()
    {
        using var node = Node.Ready();
        var junk = ByteString.CopyFromUtf8("x");
        node.Change(r => World.Merchant(r, m => (m.MerchantId, m.PublicKey) = ("broken", junk)));
        node.Change(r => World.Merchant(r, m => (m.MerchantId, m.ResponseKey) = ("broken-2", junk)));
        node.Change(r => World.Subject(r, s => s.Handle = 0));
        node.Change(r => World.Tag(r, 65, "beyond"));
        node.Change(r => new() { Revision = r, CodeKey = new() { KeyId = 8 } });
        node.Change(r => new() { Revision = r, CodeKey = new() { KeyId = 256 } });
        node.Change(r => new() { Revision = r });

        Assert.Equal(6, node.Logs.Errors.Count());
        Assert.Equal(PyCodes.Success, node.Scan(node.Mint()).Code);
        Assert.Equal(
            PyCodes.MerchantUnknown, node.Get<Decode.Requests.MerchantGate>().FindMerchant("broken", out _));
    }
}
