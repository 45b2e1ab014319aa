using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Testing;

namespace YiMaTong.Gate.Tests;

/// <summary>Nodes that answer and cannot tell: when a gate is cut off by that.</summary>
public sealed class CutOffTests : IDisposable
{
    private const string OnlineCode = "YM1ABC";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly GateWorld _world = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    // The node cannot tell, is too busy for this gate, has a wrong clock, another registry, another key.
    [Theory]
    [InlineData("PY2018")]
    [InlineData("PY1008")]
    [InlineData("PY2003")]
    [InlineData("PY2001")]
    [InlineData("PY2002")]
    public async Task Emergency_NodesAnswerAndDecideNothing_CountsAfterTheSetTime(string said)
    {
        _world.Synchronise();
        _world.Nodes.AreUp = true;
        _world.Nodes.Answer = new() { Code = said };
        await using var gate = await _world.OpenAsync();
        for (var second = 0; second < 30; second++)
        {
            Assert.Equal(said, (await gate.ScanAsync(OnlineCode, cancellation: Stop)).Code);
            Assert.False(gate.Status().IsCutOff);
            _world.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(said, (await gate.ScanAsync(OnlineCode, cancellation: Stop)).Code);
        Assert.True(gate.Status().IsCutOff);
        Assert.Equal("PY0000", (await gate.ScanAsync(Shown(1), cancellation: Stop)).Code);
        _world.Nodes.Answer = new() { Code = "PY0000", Decision = Decision.Permit };
        Assert.False((await gate.ScanAsync(OnlineCode, cancellation: Stop)).IsOffline);
        Assert.False(gate.Status().IsCutOff);
    }

    // Whoever shows rubbish for long enough does not bring emergency codes into force.
    [Theory]
    [InlineData("PY1001", Decision.Unspecified)]
    [InlineData("PY2015", Decision.Unspecified)]
    [InlineData("PY2006", Decision.Deny)]
    public async Task Line_ScansAreAtFault_IsNotCutOff(string said, Decision decision)
    {
        _world.Nodes.AreUp = true;
        _world.Nodes.Answer = new() { Code = said, Decision = decision };
        await using var gate = await _world.OpenAsync();
        for (var second = 0; second < 60; second++)
        {
            await gate.ScanAsync("rubbish", cancellation: Stop);
            Assert.False(gate.Status().IsCutOff);
            _world.Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task Emergency_OneAnswerThatCannotTellAndThenQuiet_IsNotCutOff()
    {
        _world.Synchronise();
        _world.Nodes.AreUp = true;
        _world.Nodes.Answer = new() { Code = "PY2018", Msg = "数据暂不可用" };
        await using var gate = await _world.OpenAsync();
        await gate.ScanAsync(OnlineCode, cancellation: Stop);

        await AdvanceUntil(() => _world.Nodes.Probes > 20);

        Assert.False(gate.Status().IsCutOff);
        Assert.Equal("PY2014", (await gate.ScanAsync(Shown(1), cancellation: Stop)).Code);
    }

    [Theory]
    [InlineData(20, 3, true)]
    [InlineData(290, 2, true)]
    [InlineData(310, 5, false)]
    public async Task Line_FewScansThatNodesCannotTell_AreARowUntilItIsOld(int secondsApart, int scans, bool isCutOff)
    {
        _world.Nodes.AreUp = true;
        _world.Nodes.Answer = new() { Code = "PY2018", Msg = "数据暂不可用" };
        await using var gate = await _world.OpenAsync();
        await gate.ScanAsync(OnlineCode, cancellation: Stop);
        for (var scan = 1; scan < scans; scan++)
        {
            var from = _world.Clock.GetUtcNow();
            await AdvanceUntil(() => (_world.Clock.GetUtcNow() - from).TotalSeconds >= secondsApart);
            await gate.ScanAsync(OnlineCode, cancellation: Stop);
        }

        Assert.Equal(isCutOff, gate.Status().IsCutOff);
    }

    private string Shown(int index) => _world.Trust.Shown(_world.Trust.Token(index), _world.Clock.GetUtcNow());

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
