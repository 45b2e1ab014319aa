using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Testing;

namespace YiMaTong.Gate.Tests;

public sealed class GatekeeperTests : IDisposable
{
    private const string OnlineCode = "YM1ABC";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly GateWorld _world = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Scan_NodesAnswer_IsTheNodes()
    {
        _world.Nodes.AreUp = true;
        await using var gate = await _world.OpenAsync();

        var answer = await gate.ScanAsync(OnlineCode, cancellation: Stop);

        Assert.Equal((true, "PY0000", false, null), (answer.Permits, answer.Code, answer.IsOffline, answer.IsRecorded));
        Assert.Equal([7], answer.Tags.Select(tag => tag.No));
        Assert.Empty(_world.Journal());
    }

    [Fact]
    public async Task Emergency_DeclaredWhileNodesAnswer_IsVerifiedHere()
    {
        _world.Nodes.AreUp = true;
        _world.Synchronise(_world.Trust.Declaration());
        await using var gate = await _world.OpenAsync();

        var answer = await gate.ScanAsync(Shown(1), cancellation: Stop);

        Assert.Equal((true, "PY0000", true, true), (answer.Permits, answer.Code, answer.IsOffline, answer.IsRecorded));
        Assert.Equal([(1, "退役军人"), (3, "人才")], answer.Tags.Select(tag => (tag.No, tag.Text)));
        Assert.Equal(0, _world.Nodes.Scans);
        var scan = Assert.Single(_world.Journal());
        Assert.Equal(
            (answer.ScanId, OfflineForm.HolderBound, Decision.Permit, 0u, 1u, 1ul),
            (scan.ScanId, scan.Form, scan.Decision, scan.Told, scan.StatusIndex, scan.StatusRevision));
        Assert.Equal((16, 16, 4, 16), (
            scan.TokenId.Length, scan.ShowingId.Length, scan.KeyId.Length, scan.DeclarationId.Length));
    }

    [Fact]
    public async Task Emergency_NothingDeclaredAndNodesAnswer_IsNotInForce()
    {
        _world.Nodes.AreUp = true;
        _world.Synchronise();
        await using var gate = await _world.OpenAsync();

        var answer = await gate.ScanAsync(Shown(1), cancellation: Stop);

        Assert.Equal((false, "PY2014"), (answer.Permits, answer.Code));
    }

    [Theory]
    [InlineData(330200, TrustWorld.AllScenes, -60, 60)]
    [InlineData(330100, 0b10, -60, 60)]
    [InlineData(330100, TrustWorld.AllScenes, -600, -60)]
    [InlineData(330100, TrustWorld.AllScenes, 60, 600)]
    public async Task Emergency_DeclaredElsewhereOrAtAnotherTime_IsNotInForce(
        int region, ushort scenes, int startsIn, int endsIn)
    {
        _world.Nodes.AreUp = true;
        _world.Synchronise(_world.Trust.Declaration(1, region, scenes, startsIn, endsIn));
        await using var gate = await _world.OpenAsync();

        Assert.Equal("PY2014", (await gate.ScanAsync(Shown(1), cancellation: Stop)).Code);
    }

    [Fact]
    public async Task Emergency_DeclarationEndedEarly_IsNotInForceAnyMore()
    {
        _world.Nodes.AreUp = true;
        _world.Synchronise(_world.Trust.Declaration());
        _world.Store().Apply(new TrustUpdate
        {
            Declarations = { Google.Protobuf.ByteString.CopyFrom(_world.Trust.Declaration(2, endsIn: -3_600)) },
        });
        await using var gate = await _world.OpenAsync();

        Assert.Equal("PY2014", (await gate.ScanAsync(Shown(1), cancellation: Stop)).Code);
    }

    [Fact]
    public async Task Emergency_CutOffForTheSetTime_CountsUndeclared()
    {
        _world.Synchronise();
        await using var gate = await _world.OpenAsync();

        _world.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal("PY2014", (await gate.ScanAsync(Shown(1), cancellation: Stop)).Code);
        _world.Clock.Advance(TimeSpan.FromSeconds(1));
        var answer = await gate.ScanAsync(Shown(1), cancellation: Stop);

        Assert.Equal((true, "PY0000"), (answer.Permits, answer.Code));
        Assert.True(_world.Journal()[^1].DeclarationId.IsEmpty);
    }

    [Fact]
    public async Task Scan_NodesAreGone_EntryRefusesAtOnceAndExitLetsPass()
    {
        await using (var entry = await _world.OpenAsync())
        {
            var refused = await entry.ScanAsync(OnlineCode, cancellation: Stop);
            Assert.Equal((false, "PY1998", true), (refused.Permits, refused.Code, refused.IsRecorded));
            Assert.Contains("应急码", refused.ReasonZh, StringComparison.Ordinal);
            Assert.Contains("emergency code", refused.ReasonEn, StringComparison.Ordinal);
        }

        _world.Clock.Advance(TimeSpan.FromSeconds(1));
        await using var exit = await _world.OpenAsync(Direction.Exit);
        var passed = await exit.ScanAsync(OnlineCode, cancellation: Stop);

        Assert.Equal((true, "PY1998"), (passed.Permits, passed.Code));
        Assert.Equal(0, _world.Nodes.Scans);
        Assert.Equal(["", OnlineCode], _world.Journal().Select(scan => scan.UnopenedCode));
        Assert.Equal([Direction.Entry, Direction.Exit], _world.Journal().Select(scan => scan.Direction));
    }

    [Fact]
    public async Task Scan_FirstAnswerOfANode_IsOnlineAgain()
    {
        await using var gate = await _world.OpenAsync();
        Assert.True((await gate.ScanAsync(OnlineCode, cancellation: Stop)).IsOffline);

        _world.Nodes.AreUp = true;
        await AdvanceUntil(() => !gate.Status().IsDown);

        Assert.False((await gate.ScanAsync(OnlineCode, cancellation: Stop)).IsOffline);
        Assert.Equal("PY2014", (await gate.ScanAsync("YE1", cancellation: Stop)).Code);
    }

    [Fact]
    public async Task Scan_NodeIsLost_WaitsForItOnceAlone()
    {
        _world.Nodes.AreUp = true;
        await using var gate = await _world.OpenAsync();
        _world.Nodes.AreUp = false;

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("PY1998", (await gate.ScanAsync(OnlineCode, cancellation: Stop)).Code);
        }

        Assert.Equal(1, _world.Nodes.Scans);
    }

    [Fact]
    public async Task Line_Idle_IsProbedAndNotCutOff()
    {
        _world.Nodes.AreUp = true;
        await using var gate = await _world.OpenAsync();

        await AdvanceUntil(() => _world.Nodes.Probes > 20);

        Assert.False(gate.Status().IsCutOff);
    }

    [Theory]
    [InlineData(60, 59, "PY2014")]
    [InlineData(60, 60, "PY0000")]
    [InlineData(0, 3_600, "PY2014")]
    public async Task Emergency_NodesAnswerAndIssuingIsSilent_CountsAfterTheSetTime(
        int setSeconds, int silentSeconds, string code)
    {
        _world.Synchronise();
        _world.Nodes.AreUp = true;
        await using var gate = await _world.OpenAsync(change: offline =>
        {
            offline.Issuing.Add(new Uri("http://127.0.0.1:9"));
            offline.IssuingSilenceSeconds = setSeconds;
        });
        _world.Clock.Advance(TimeSpan.FromSeconds(silentSeconds));
        await gate.ScanAsync(OnlineCode, cancellation: Stop);

        Assert.False(gate.Status().IsCutOff);
        Assert.Equal(code == "PY0000", gate.Status().IsIssuingSilent);
        Assert.Equal(code, (await gate.ScanAsync(Shown(1), cancellation: Stop)).Code);
    }

    [Fact]
    public async Task Emergency_FirstScanOfTheDay_IsNotInForceThoughTrustIsOld()
    {
        _world.Synchronise();
        _world.Nodes.AreUp = true;
        _world.Clock.Advance(TimeSpan.FromHours(2));
        await using var gate = await _world.OpenAsync(
            change: offline => offline.Issuing.Add(new Uri("http://127.0.0.1:9")));

        Assert.Equal("PY2014", (await gate.ScanAsync(Shown(1), cancellation: Stop)).Code);
    }

    [Fact]
    public async Task Exit_CodeThatIsRefused_PassesAndSaysWhy()
    {
        _world.Synchronise(_world.Trust.Declaration());
        await using var gate = await _world.OpenAsync(Direction.Exit);

        foreach (var (code, told) in new[] { ("no code", "PY1998"), ("YE1", "PY2006"), (Expired(), "PY2008") })
        {
            var answer = await gate.ScanAsync(code, cancellation: Stop);
            Assert.Equal((true, told), (answer.Permits, answer.Code));
            Assert.Empty(answer.Tags);
        }
    }

    [Fact]
    public async Task Emergency_SynchronisedOnce_StartsColdWithNoNetwork()
    {
        _world.Synchronise();
        await using (await _world.OpenAsync())
        {
            _world.Clock.Advance(TimeSpan.FromHours(3));
        }

        await using var gate = await _world.OpenAsync();
        _world.Clock.Advance(TimeSpan.FromSeconds(30));
        var answer = await gate.ScanAsync(Shown(1), cancellation: Stop);

        Assert.Equal("PY0000", answer.Code);
        Assert.Equal(3, (int)answer.TrustAge!.Value.TotalHours);
    }

    [Fact]
    public async Task Emergency_NeverSynchronised_KnowsNoKey()
    {
        await using var gate = await _world.OpenAsync();
        _world.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("PY2011", (await gate.ScanAsync(Shown(1), cancellation: Stop)).Code);
    }

    [Theory]
    [InlineData(-3, "PY2003")]
    [InlineData(+30, "PY2008")]
    public async Task Emergency_ClockWrongByHours_SaysSoAndDocumentsCount(int hours, string code)
    {
        _world.Synchronise(_world.Trust.Declaration(startsIn: -86_400));
        var phone = Shown(1);
        _world.Clock.AdjustTime(GateWorld.Start.AddHours(hours));
        await using var gate = await _world.OpenAsync();

        Assert.Equal(code, (await gate.ScanAsync(phone, cancellation: Stop)).Code);
    }

    [Fact]
    public async Task Open_FolderInUse_IsRefused()
    {
        await using var gate = await _world.OpenAsync();

        await Assert.ThrowsAsync<IOException>(() => _world.OpenAsync());
    }

    [Fact]
    public async Task Open_ALaterStepFails_TheFolderIsFreeForTheNextTry()
    {
        await File.WriteAllTextAsync(_world.TrustFolder, "no folder", Stop);
        await Assert.ThrowsAsync<IOException>(() => _world.OpenAsync());
        File.Delete(_world.TrustFolder);

        await using var gate = await _world.OpenAsync();
        Assert.True(gate.Status().IsDown);
    }

    [Fact]
    public void Open_WrongSettings_TellsEveryOne()
    {
        var offline = new Offline.OfflineOptions { CutOffSeconds = 1, RootKeysPem = { "x" }, SceneKind = "z" };

        var error = Assert.Throws<ArgumentException>(
            () => Gatekeeper.Open(new GateOptions(), offline, TimeProvider.System));

        string[] keys =
        [
            "Nodes:", "MerchantId:", "PrivateKeyPem:", "DataFolder:", "Region:", "SceneKind:", "Direction:",
            "RootKeysPem:0:", "CutOffSeconds:", "ProbeSeconds:",
        ];
        Assert.All(keys, key => Assert.Contains(key, error.Message, StringComparison.Ordinal));
    }

    private string Shown(int index) => _world.Trust.Shown(_world.Trust.Token(index), _world.Clock.GetUtcNow());

    private string Expired() => _world.Trust.Static(1, startsIn: -5 * 3600);

    private Task AdvanceUntil(Func<bool> holds) => AwaitUntil.Holds(
        () =>
        {
            _world.Clock.Advance(TimeSpan.FromSeconds(1));
            return holds();
        },
        Limit,
        "the state",
        Stop);
}
