using System.Globalization;
using System.Numerics;
using Microsoft.Extensions.Time.Testing;
using YiMaTong.Codes.Text;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Gate.Alarms;
using YiMaTong.Gate.Uses;

namespace YiMaTong.Gate.Tests;

public sealed class SingleUseTests : IDisposable
{
    private readonly GateWorld _world = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Entry_ShowingAgain_IsUsedAndTheNextShowingPasses()
    {
        _world.Synchronise(_world.Trust.Declaration());
        await using var gate = await _world.OpenAsync();
        var token = _world.Trust.Token(1);
        var now = _world.Clock.GetUtcNow();
        var shown = _world.Trust.Shown(token, now);

        Assert.Equal("PY0000", await Code(gate, shown));
        Assert.Equal("PY2009", await Code(gate, shown));
        Assert.Equal("PY2009", await Code(gate, OtherSpelling(shown)));
        Assert.Equal("PY0000", await Code(gate, _world.Trust.Shown(token, now.AddSeconds(1))));
    }

    [Fact]
    public async Task Entry_StaticCodeAgain_IsUsedUnlessThePolicySaysOtherwise()
    {
        _world.Synchronise(_world.Trust.Declaration());
        var paper = _world.Trust.Static(2);
        await using (var gate = await _world.OpenAsync())
        {
            Assert.Equal("PY0000", await Code(gate, paper));
            Assert.Equal("PY2009", await Code(gate, OtherSpelling(paper)));
        }

        await using var lenient = await _world.OpenAsync(change: options => options.Entry.StaticOnce = false);
        Assert.Equal("PY0000", await Code(lenient, paper));
    }

    [Fact]
    public async Task Entry_AfterARestart_RemembersWhatWasUsedAndTheExitUsesNothing()
    {
        _world.Synchronise(_world.Trust.Declaration());
        var (shown, paper) = (_world.Trust.Shown(_world.Trust.Token(1), GateWorld.Start), _world.Trust.Static(2));
        await using (var exit = await _world.OpenAsync(Direction.Exit))
        {
            Assert.Equal(("PY0000", "PY0000"), (await Code(exit, shown), await Code(exit, paper)));
            Assert.Equal("PY0000", await Code(exit, shown));
        }

        await using (var entry = await _world.OpenAsync())
        {
            Assert.Equal(("PY0000", "PY0000"), (await Code(entry, shown), await Code(entry, paper)));
        }

        await using var again = await _world.OpenAsync();
        Assert.Equal(("PY2009", "PY2009"), (await Code(again, shown), await Code(again, paper)));
    }

    [Fact]
    public async Task Entry_ManyAtOnce_OneWins()
    {
        _world.Synchronise(_world.Trust.Declaration());
        await using var gate = await _world.OpenAsync();
        for (var round = 0; round < 20; round++)
        {
            var paper = _world.Trust.Static(round);
            var codes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Code(gate, paper), Stop)));
            Assert.Equal(1, codes.Count(code => code == "PY0000"));
        }
    }

    [Fact]
    public void TryUse_ClockSteps_ForgetsNothing()
    {
        var clock = new SteppingClock();
        var uses = new UsedCodes(1_000, new GateAlarms(clock), clock);
        Assert.True(uses.TryUse(1));

        foreach (var days in new[] { 3, -3, 0 })
        {
            clock.Step = TimeSpan.FromDays(days);
            Assert.False(uses.TryUse(1));
        }
    }

    [Fact]
    public void TryUse_ADayLater_MemoryIsFreeAgain()
    {
        var clock = new FakeTimeProvider(GateWorld.Start);
        var uses = new UsedCodes(100_000, new GateAlarms(clock), clock);
        for (var hour = 0; hour < 24 * 5; hour++)
        {
            for (var i = 0; i < 100; i++)
            {
                Assert.True(uses.TryUse((UInt128)(uint)(hour * 100 + i)));
            }

            clock.Advance(TimeSpan.FromHours(1));
            Assert.InRange(uses.Count, 100, 27 * 100);
            Assert.True(hour < 24 || !uses.TryUse((UInt128)(uint)((hour - 23) * 100)));
        }
    }

    [Fact]
    public async Task Entry_ClockIsDaysAheadAtARestart_RemembersAsLongAsEver()
    {
        _world.Synchronise(_world.Trust.Declaration(endsIn: 86_400 * 30));
        var paper = _world.Trust.Static(2);
        await using (var gate = await _world.OpenAsync())
        {
            Assert.Equal("PY0000", await Code(gate, paper));
        }

        _world.Clock.AdjustTime(GateWorld.Start.AddDays(3));
        await using var again = await _world.OpenAsync();
        _world.Clock.Advance(TimeSpan.FromHours(3));
        _world.Clock.AdjustTime(GateWorld.Start.AddHours(3));

        Assert.Equal("PY2009", await Code(again, paper));
    }

    [Fact]
    public void TryUse_MoreThanTheCapacity_ForgetsTheOldestWithAnAlarm()
    {
        var clock = new FakeTimeProvider(GateWorld.Start);
        var alarms = new GateAlarms(clock);
        var uses = new UsedCodes(1_000, alarms, clock);
        for (var i = 0; i < 5_000; i++)
        {
            Assert.True(uses.TryUse((UInt128)(uint)i));
            Assert.False(uses.TryUse((UInt128)(uint)i));
            Assert.InRange(uses.Count, 1, 1_000);
            clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.True(alarms.Stands(GateAlarm.UsesForgotten));

        // A day on, what was forgotten early would be forgotten anyway.
        clock.Advance(UsedCodes.Memory - TimeSpan.FromMinutes(65));
        _ = uses.Count;
        Assert.True(alarms.Stands(GateAlarm.UsesForgotten));
        clock.Advance(TimeSpan.FromMinutes(65));
        _ = uses.Count;
        Assert.False(alarms.Stands(GateAlarm.UsesForgotten));
    }

    private static async Task<string> Code(Gatekeeper gate, string code) =>
        (await gate.ScanAsync(code, cancellation: Stop)).Code;

    /// <summary>A wall clock that is set, beside a monotonic one that is not.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        public TimeSpan Step { get; set; }

        public override DateTimeOffset GetUtcNow() => GateWorld.Start + Step;

        public override long GetTimestamp() => 0;
    }

    // (r, s) and (r, n - s) sign the same.
    private static string OtherSpelling(string text)
    {
        var order = BigInteger.Parse(
            "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
            NumberStyles.HexNumber,
            CultureInfo.InvariantCulture);
        var bytes = new byte[300];
        Assert.True(Base45.TryDecode(text.AsSpan(3), bytes, out var length));
        var s = bytes.AsSpan(length - 32, 32);
        var other = (order - new BigInteger(s, isUnsigned: true, isBigEndian: true))
            .ToByteArray(isUnsigned: true, isBigEndian: true);
        s.Clear();
        other.CopyTo(s[(32 - other.Length)..]);
        var characters = new char[Base45.EncodedLength(length)];
        Assert.True(Base45.TryEncode(bytes.AsSpan(0, length), characters, out _));
        return text[..3] + new string(characters);
    }
}
