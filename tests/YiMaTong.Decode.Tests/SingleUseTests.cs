using System.Collections.Concurrent;
using YiMaTong.Codes.Returns;

namespace YiMaTong.Decode.Tests;

public sealed class SingleUseTests
{
    private static Node SingleUseNode(Action<DecodeOptions>? configure = null)
    {
        var node = Node.Ready(configure);
        node.Change(r => World.Scene(r, s => s.SingleUse = true));
        return node;
    }

    [Fact]
    public void Decode_HundredCallersOfOneCode_HasOneWinner()
    {
        using var node = SingleUseNode();
        var code = node.Mint();
        var results = new ConcurrentBag<PyCode>();
        using var start = new Barrier(20);
        var threads = Enumerable.Range(0, 20).Select(t => new Thread(() =>
        {
            start.SignalAndWait();
            for (var i = 0; i < 5; i++)
            {
                results.Add(node.Scan(code, scanId: $"{t}-{i}").Code);
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());

        Assert.Equal(100, results.Count);
        Assert.Single(results, r => r == PyCodes.Success);
        Assert.Equal(99, results.Count(r => r == PyCodes.AlreadyUsed));
    }

    [Fact]
    public void Decode_SameScanId_GetsTheSameDecisionEvenWhenTheCodeHasExpired()
    {
        using var node = SingleUseNode();
        var code = node.Mint();
        node.Time.Advance(TimeSpan.FromSeconds(64));
        var first = node.Scan(code, "s1");
        node.Time.Advance(TimeSpan.FromSeconds(5));
        var again = node.Scan(code, "s1");

        Assert.Equal((PyCodes.Success, first.DecisionId), (again.Code, again.DecisionId));
        Assert.Equal(PyCodes.Expired, node.Scan(code, "s2").Code);
    }

    [Theory]
    [InlineData(3000, 0)]
    [InlineData(3001, 2009)]
    public void Decode_SameDeviceWithoutScanId_IsARepetitionWithinItsGrace(int laterMs, int expected)
    {
        using var node = SingleUseNode();
        var code = node.Mint();
        var first = node.Scan(code);
        node.Time.Advance(TimeSpan.FromMilliseconds(laterMs));
        var again = node.Scan(code);

        Assert.Equal(expected, again.Code.Number);
        Assert.Equal(expected == 0, first.DecisionId == again.DecisionId);
    }

    [Fact]
    public void Decode_AnotherDevice_FindsTheCodeUsed()
    {
        using var node = SingleUseNode();
        var code = node.Mint();
        _ = node.Scan(code);
        Assert.Equal(PyCodes.AlreadyUsed, node.Scan(code, macId: "gate-02").Code);
        Assert.Equal(PyCodes.AlreadyUsed, node.Scan(code, scanId: "x").Code);
    }

    [Fact]
    public void Decode_DeniedScan_DoesNotUseTheCodeUp()
    {
        using var node = SingleUseNode();
        node.Change(r => World.Scene(r, s => (s.SingleUse, s.AdmissionRule) = (true, "false")));
        var code = node.Mint();
        Assert.Equal(PyCodes.SceneRuleDenies, node.Scan(code, "s1").Code);
        node.Change(r => World.Scene(r, s => s.SingleUse = true));
        Assert.Equal(PyCodes.Success, node.Scan(code, "s2", macId: "gate-02").Code);
    }

    [Fact]
    public void Decode_RepetitionAfterTheRuleChanged_GetsTheSameDecisionOnTodaysData()
    {
        using var node = SingleUseNode();
        var code = node.Mint();
        var first = node.Scan(code, "s1", everyField: true);
        node.Change(r => World.Scene(r, s => (s.SingleUse, s.AdmissionRule) = (true, "false")));
        node.Change(r => World.Subject(r, s => s.Tags = 1));

        var again = node.Scan(code, "s1", everyField: true);

        Assert.Equal((PyCodes.Success, first.DecisionId), (again.Code, again.DecisionId));
        Assert.Equal((1UL, 13UL), (again.Tags, again.DataRevision));
        Assert.Equal(PyCodes.SceneRuleDenies, node.Scan(code, "s2").Code);
    }

    [Fact]
    public void Decode_HundredCallersOfOneCode_HaveOneWinnerInEachOfAThousandRounds()
    {
        using var node = SingleUseNode();
        const int Callers = 100;
        const int Threads = 10;
        const int Rounds = 1_000;
        var codes = Enumerable.Range(0, Rounds).Select(_ => node.Mint()).ToArray();
        var won = new ConcurrentBag<(int Round, UInt128 Decision)>();
        var used = 0;
        using var start = new Barrier(Threads);
        var threads = Enumerable.Range(0, Threads).Select(t => new Thread(() =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                start.SignalAndWait();
                for (var i = 0; i < Callers / Threads; i++)
                {
                    var outcome = node.Scan(codes[round], scanId: $"{t}-{i}");
                    if (outcome.Code == PyCodes.Success)
                    {
                        won.Add((round, outcome.DecisionId));
                    }
                    else if (outcome.Code == PyCodes.AlreadyUsed)
                    {
                        Interlocked.Increment(ref used);
                    }
                }
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());

        Assert.Equal(Enumerable.Range(0, Rounds), won.Select(w => w.Round).Order());
        Assert.Equal(Rounds, won.Select(w => w.Decision).Distinct().Count());
        Assert.Equal(Rounds * (Callers - 1), used);
    }

    [Fact]
    public void Decode_RepetitionAfterWithdrawal_TellsNothingAnyMore()
    {
        using var node = SingleUseNode();
        var code = node.Mint();
        _ = node.Scan(code, "s1");
        node.Change(r => World.Subject(r, s => s.SceneKinds = 0));
        Assert.Equal(PyCodes.SceneNotAuthorised, node.Scan(code, "s1").Code);
    }

    [Fact]
    public void Decode_NoRoomForAnotherClaim_IsBusy()
    {
        using var node = SingleUseNode(o => o.SingleUseCapacity = 2);
        Assert.Equal(PyCodes.Success, node.Scan(node.Mint()).Code);
        Assert.Equal(PyCodes.Success, node.Scan(node.Mint()).Code);
        Assert.Equal(PyCodes.Busy, node.Scan(node.Mint()).Code);
    }

    [Fact]
    public void Decode_CodeThatOutlivesClaims_IsHonouredOnlyAsLongAsTheyHold()
    {
        using var node = SingleUseNode(o => o.SingleUseLifeSeconds = 60);
        var code = node.Mint(issuedAt: node.Now - 54, life: 1275);
        Assert.Equal(PyCodes.Success, node.Scan(code, "s1").Code);
        node.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PyCodes.Expired, node.Scan(code, "s2").Code);
    }

    [Fact]
    public void Decode_ReusableScene_TakesACodeAnyNumberOfTimes()
    {
        using var node = Node.Ready();
        var code = node.Mint();
        var first = node.Scan(code, "s1");
        var second = node.Scan(code, "s2", macId: "gate-02");
        Assert.Equal(PyCodes.Success, second.Code);
        Assert.NotEqual(first.DecisionId, second.DecisionId);
        Assert.Equal(first.DecisionId, node.Scan(code, "s1").DecisionId);
        Assert.NotEqual(node.Scan(code).DecisionId, node.Scan(code).DecisionId);
    }
}
