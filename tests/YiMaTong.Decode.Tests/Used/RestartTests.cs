using Microsoft.Extensions.Time.Testing;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Used;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests.Used;

/// <summary>A node that ended at once and began again knows what was used.</summary>
public sealed class RestartTests
{
    private const string OtherGate = "gate-02";

    private static bool IsLong { get; } = Environment.GetEnvironmentVariable("YIMATONG_LONG") == "1";

    private static Node Begin(UsedOptions used, DateTimeOffset? start = null, Action<DecodeOptions>? configure = null)
    {
        var node = Node.Ready(configure, used: used, start: start);
        node.Change(r => World.Scene(r, s => s.SingleUse = true));
        return node;
    }

    [Fact]
    public void Decode_UsedCodeAfterAKill_IsRefusedToOthersAndRepeatedToItsScan()
    {
        using var folder = new UsedFolder();
        using var before = Begin(folder.Options);
        var (code, fresh) = (before.Mint(), before.Mint());
        var first = before.Scan(code, "s-1");
        Assert.Equal(PyCodes.Success, first.Code);

        using var after = Begin(folder.Kill());

        Assert.Equal(PyCodes.AlreadyUsed, after.Scan(code, "s-1", OtherGate).Code);
        Assert.Equal(PyCodes.AlreadyUsed, after.Scan(code, "s-2").Code);
        Assert.Equal(PyCodes.AlreadyUsed, after.Scan(code).Code);
        var again = after.Scan(code, "s-1");
        Assert.Equal((PyCodes.Success, first.DecisionId), (again.Code, again.DecisionId));
        Assert.Equal(PyCodes.Success, after.Scan(fresh, "s-3", OtherGate).Code);
    }

    [Fact]
    public void Decode_ReusableScene_KeepsItsDecisionIdsOverAKillAndWritesNothing()
    {
        using var folder = new UsedFolder();
        using var before = Node.Ready(used: folder.Options);
        var code = before.Mint();
        var first = before.Scan(code, "s-1");
        Assert.Empty(UsesIn(folder.Path));

        using var after = Node.Ready(used: folder.Kill());

        Assert.Equal(first.DecisionId, after.Scan(code, "s-1").DecisionId);
        Assert.NotEqual(first.DecisionId, after.Scan(code, "s-2").DecisionId);
    }

    [Fact]
    public void Decode_DeviceWithoutScanIds_HasNoGraceOverAKill()
    {
        using var folder = new UsedFolder();
        using var before = Begin(folder.Options);
        var code = before.Mint();
        Assert.Equal(PyCodes.Success, before.Scan(code).Code);
        Assert.Equal(PyCodes.Success, before.Scan(code).Code);

        using var after = Begin(folder.Kill());

        Assert.Equal(PyCodes.AlreadyUsed, after.Scan(code).Code);
    }

    [Fact]
    public void DecodeQrcode_AnsweredRequestAfterAKill_IsAReplay()
    {
        using var folder = new UsedFolder();
        using var before = Node.Ready(used: folder.Options);
        var (answered, refused) = (
            StandardDecodeTests.Signed(before), StandardDecodeTests.Signed(before, code: before.Mint(handle: 42)));
        Assert.Equal("PY0000", StandardDecodeTests.Answer(before, answered).Code);
        Assert.Equal("PY2007", StandardDecodeTests.Answer(before, refused).Code);

        using var after = Node.Ready(used: folder.Kill());

        Assert.Equal("PY2004", StandardDecodeTests.Answer(after, answered).Code);
        Assert.Equal("PY2004", StandardDecodeTests.Answer(after, refused).Code);
        Assert.Equal(
            "PY2004", StandardDecodeTests.Answer(after, StandardDecodeTests.Signed(after, code: answered.Qrcod)).Code);
        Assert.Equal("PY0000", StandardDecodeTests.Answer(after, StandardDecodeTests.Signed(after)).Code);
    }

    [Fact]
    public void DecodeQrcode_TransientAnswerBeforeAKill_DoesNotUseTheRequestUp()
    {
        using var folder = new UsedFolder();
        using var before = Node.Ready(used: folder.Options);
        before.Change(r => World.Scene(r, s => s.MaxStalenessMs = 1_000));
        before.Time.Advance(TimeSpan.FromSeconds(2));
        var request = StandardDecodeTests.Signed(before);
        Assert.Equal("PY2018", StandardDecodeTests.Answer(before, request).Code);

        using var after = Node.Ready(used: folder.Kill());

        Assert.Equal("PY0000", StandardDecodeTests.Answer(after, request).Code);
    }

    [Fact]
    public void OpenSession_SeenRequestAfterAKill_IsAReplay()
    {
        using var folder = new UsedFolder();
        using var before = Node.Ready(used: folder.Options);
        var request = SessionTests.Signed(before);
        Assert.Equal("PY0000", SessionTests.Open(before, request).Code);

        using var after = Node.Ready(used: folder.Kill());

        Assert.Equal("PY2004", SessionTests.Open(after, request).Code);
        Assert.Equal("PY0000", SessionTests.Open(after, SessionTests.Signed(after)).Code);
    }

    // A gate's clock may be ahead by all of the window: what is damaged may be a request of then.
    [Theory]
    [InlineData("requests", false)]
    [InlineData("requests", true)]
    [InlineData("sessions", false)]
    [InlineData("sessions", true)]
    public void Restore_FileOfRequestsIsDamagedOrGone_DoubtsAllThatItMayHaveHeld(string journal, bool isGone)
    {
        using var folder = new UsedFolder();
        var (request, session) = (new DecodeQrcodeRequest(), new OpenSessionRequest());
        using (var before = Begin(folder.Options))
        {
            request = StandardDecodeTests.Signed(before, offsetSeconds: 290);
            session = SessionTests.Signed(before, offsetSeconds: 290);
            Assert.Equal("PY0000", StandardDecodeTests.Answer(before, request).Code);
            Assert.Equal("PY0000", SessionTests.Open(before, session).Code);
        }

        var options = folder.Kill();
        foreach (var file in UsedFileName.Of(folder.Path, journal))
        {
            Spoil(file.Path, isGone);
        }

        using var after = Begin(options);

        Assert.Equal(
            journal == "requests" ? "PY2003" : "PY2004", StandardDecodeTests.Answer(after, request).Code);
        Assert.Equal(journal == "sessions" ? "PY2003" : "PY2004", SessionTests.Open(after, session).Code);
        Assert.Contains(after.Logs.Entries, entry => entry.Event == (isGone ? "Missing" : "Damaged"));

        // What is signed when all of that is over is answered again.
        after.Time.Advance(TimeSpan.FromSeconds(302));
        Assert.Equal(
            "PY0000", StandardDecodeTests.Answer(after, StandardDecodeTests.Signed(after, after.Mint())).Code);
        Assert.Equal("PY0000", SessionTests.Open(after, SessionTests.Signed(after)).Code);
    }

    private static void Spoil(string path, bool isGone)
    {
        if (isGone)
        {
            File.Delete(path);
            return;
        }

        var bytes = File.ReadAllBytes(path);
        Assert.NotEmpty(bytes);
        bytes[10] ^= 1;
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, Node.Start.UtcDateTime);
    }

    // Ten minutes forward and back at each of three restarts, in each order, also past the life of the claims.
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(600, -600, 0)]
    [InlineData(-600, 600, 0)]
    [InlineData(600, 0, 0)]
    [InlineData(-600, 0, 0)]
    [InlineData(-600, -600, 0)]
    [InlineData(600, 600, -600)]
    [InlineData(3_000, 0, 0)]
    public void Decode_ClockSetOverKills_NeverTakesACodeOrARequestTwice(params int[] offsets)
    {
        using var folder = new UsedFolder();
        using var before = Begin(folder.Options);
        var code = before.Mint(life: 1_275);
        var request = StandardDecodeTests.Signed(before);
        var session = SessionTests.Signed(before);
        Assert.Equal(PyCodes.Success, before.Scan(code, "s-1").Code);
        Assert.Equal("PY0000", StandardDecodeTests.Answer(before, request).Code);
        Assert.Equal("PY0000", SessionTests.Open(before, session).Code);

        foreach (var offset in offsets)
        {
            using var after = Begin(folder.Kill(), Node.Start.AddSeconds(offset));
            Assert.NotEqual(PyCodes.Success, after.Scan(code, "s-2", OtherGate).Code);
            Assert.NotEqual("PY0000", StandardDecodeTests.Answer(after, request).Code);
            Assert.NotEqual("PY0000", SessionTests.Open(after, session).Code);
        }
    }

    [Fact]
    public async Task Decode_ClockSetBackBehindAllThatIsRemembered_CannotTell()
    {
        using var folder = new UsedFolder();
        var monotonic = new FakeTimeProvider(Node.Start);
        var time = new SteppedTime(monotonic);
        using var before = new Node(time: time, used: folder.Options);
        before.Load(World.All());
        before.Change(r => World.Scene(r, s => s.SingleUse = true));
        var code = before.Mint();
        var request = StandardDecodeTests.Signed(before);
        Assert.Equal(PyCodes.Success, before.Scan(code, "s-1").Code);
        Assert.Equal("PY0000", StandardDecodeTests.Answer(before, request).Code);

        // Time goes on until nothing of it is left, in memory or on the disk.
        var startMs = Node.Start.ToUnixTimeMilliseconds();
        await AwaitUntil.Soon(
            () =>
            {
                monotonic.Advance(TimeSpan.FromSeconds(600));
                before.Time.Advance(TimeSpan.FromSeconds(600));
                _ = before.Scan(before.Mint(), "later");
                _ = StandardDecodeTests.Answer(before, StandardDecodeTests.Signed(before));
                return UsesIn(folder.Path).TrueForAll(use => use.AtMs > startMs);
            },
            "what was used first is dropped");

        time.Set(Node.Start.AddSeconds(1));
        Assert.Equal(PyCodes.DataUnavailable, before.Scan(code, "s-2", OtherGate).Code);
        Assert.Equal("PY2003", StandardDecodeTests.Answer(before, request).Code);

        using var after = Begin(folder.Kill(), Node.Start.AddSeconds(1));
        Assert.Equal(PyCodes.DataUnavailable, after.Scan(code, "s-2", OtherGate).Code);
        Assert.Equal("PY2003", StandardDecodeTests.Answer(after, request).Code);
    }

    [Fact]
    public void Decode_MoreUsesOnTheDiskThanTheMemoryTakes_AreNotTakenTwiceEither()
    {
        using var folder = new UsedFolder();
        using var before = Begin(folder.Options);
        var codes = Enumerable.Range(0, 50).Select(_ => before.Mint()).ToArray();
        Assert.All(codes, code => Assert.Equal(PyCodes.Success, before.Scan(code, "s-1").Code));

        using var after = Begin(folder.Kill(), configure: o => o.SingleUseCapacity = 10);

        Assert.All(codes, code => Assert.Contains(
            after.Scan(code, "s-2", OtherGate).Code, new[] { PyCodes.AlreadyUsed, PyCodes.DataUnavailable }));
    }

    // 400 requests 50 times, 1,000 requests 1,000 times with YIMATONG_LONG=1, a kill between each two times.
    [Fact]
    public void DecodeQrcode_ReplaysOverKills_AreAllRefused()
    {
        var (count, times, kills) = IsLong ? (1_000, 1_000, 20) : (400, 50, 5);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{count} requests, {times} replays each, {kills} kills; YIMATONG_LONG=1 for a million");
        using var folder = new UsedFolder();
        using var first = Begin(folder.Options);
        var requests = Enumerable.Range(0, count).Select(_ => StandardDecodeTests.Signed(first)).ToArray();
        Assert.All(requests, request => Assert.Equal("PY0000", StandardDecodeTests.Answer(first, request).Code));
        for (var kill = 0; kill < kills; kill++)
        {
            using var node = Begin(folder.Kill(), Node.Start.AddSeconds(kill));
            var replays = Enumerable.Range(0, times / kills).SelectMany(_ => requests);
            Assert.All(replays, request => Assert.Equal("PY2004", StandardDecodeTests.Answer(node, request).Code));
        }
    }

    private static List<UsedRecord> UsesIn(string folder)
    {
        var uses = new List<UsedRecord>();
        foreach (var file in new[] { "codes", "requests", "sessions" }.SelectMany(j => UsedFileName.Of(folder, j)))
        {
            _ = UsedFileReader.Read(file, uses.Add);
        }

        return uses;
    }
}
