using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Emergency.V1;

namespace YiMaTong.Gate.Tests;

/// <summary>Whom a gate lets pass that no node permits: by direction, and by what is down.</summary>
public sealed class PassageTests : IDisposable
{
    private const string OnlineCode = "YM1ABC";

    private readonly GateWorld _world = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    // Issuing is dead, so nobody inside can get another code, and the node goes on saying that theirs is over.
    [Theory]
    [InlineData(Direction.Exit, 60, false, true)]
    [InlineData(Direction.Exit, 0, true, true)]
    [InlineData(Direction.Exit, 0, false, false)]
    [InlineData(Direction.Entry, 60, true, false)]
    public async Task Scan_NodeRefuses_AnExitLetsPassWhileAnythingIsDown(
        Direction direction, int silentSeconds, bool declared, bool passes)
    {
        _world.Synchronise(declared ? [_world.Trust.Declaration()] : []);
        _world.Nodes.AreUp = true;
        _world.Nodes.Answer = new() { Code = "PY2008", Msg = "二维码已过期", Decision = Decision.Deny };
        await using var gate = await _world.OpenAsync(
            direction, offline => offline.Issuing.Add(new Uri("http://127.0.0.1:9")));
        _world.Clock.Advance(TimeSpan.FromSeconds(silentSeconds));

        var answer = await gate.ScanAsync(OnlineCode, cancellation: Stop);

        Assert.Equal((passes, "PY2008", passes), (answer.Permits, answer.Code, answer.IsOffline));
        if (passes)
        {
            var scan = Assert.Single(_world.Journal());
            Assert.Equal(
                (answer.ScanId, Decision.Permit, 2008u, OnlineCode),
                (scan.ScanId, scan.Decision, scan.Told, scan.UnopenedCode));
        }
        else
        {
            Assert.Empty(_world.Journal());
        }
    }

    [Fact]
    public async Task Exit_OrdinaryDay_LetsOutByIssuedEmergencyCodesAlone()
    {
        _world.Synchronise();
        _world.Nodes.AreUp = true;
        using var stranger = EcdsaSigner.Create();
        await using var gate = await _world.OpenAsync(Direction.Exit);
        (string Code, bool Passes, string Told)[] shown =
        [
            (Shown(1), true, "PY2014"), (_world.Trust.Static(1, startsIn: -5 * 3600), true, "PY2014"),
            ("YE", false, "PY2006"), ("YE1", false, "PY2006"), (_world.Trust.Static(1, stranger), false, "PY2011"),
            (TrustWorld.Flipped(_world.Trust.Static(1), 1), false, "PY2012"),
        ];

        foreach (var (code, passes, told) in shown)
        {
            var answer = await gate.ScanAsync(code, cancellation: Stop);
            Assert.Equal((passes, told), (answer.Permits, answer.Code));
        }

        // With the line down nobody is held back.
        _world.Nodes.AreUp = false;
        await gate.ScanAsync(OnlineCode, cancellation: Stop);
        Assert.True(gate.Status().IsDown);
        Assert.True((await gate.ScanAsync("YE", cancellation: Stop)).Permits);
    }

    [Theory]
    [InlineData("PY1001", false)]
    [InlineData("PY2015", false)]
    [InlineData("PY1998", true)]
    [InlineData("PY2018", true)]
    public async Task Exit_NodeDecidesNothing_LetsPassUnlessTheScanIsAtFault(string code, bool passes)
    {
        _world.Nodes.AreUp = true;
        _world.Nodes.Answer = new() { Code = code };
        await using var gate = await _world.OpenAsync(Direction.Exit);

        Assert.Equal(passes, (await gate.ScanAsync(OnlineCode, cancellation: Stop)).Permits);
    }

    [Fact]
    public async Task Entry_NodeSaysYesWithoutADecision_KeepsShut()
    {
        _world.Nodes.AreUp = true;
        _world.Nodes.Answer = new() { Code = "PY0000" };
        await using var gate = await _world.OpenAsync();

        var answer = await gate.ScanAsync(OnlineCode, cancellation: Stop);

        Assert.Equal((false, "PY1998"), (answer.Permits, answer.Code));
        Assert.Equal(Decision.Deny, Assert.Single(_world.Journal()).Decision);
    }

    private string Shown(int index) => _world.Trust.Shown(_world.Trust.Token(index), _world.Clock.GetUtcNow());
}
