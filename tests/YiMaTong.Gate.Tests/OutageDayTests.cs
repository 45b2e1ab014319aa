using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Gate.Alarms;

namespace YiMaTong.Gate.Tests;

/// <summary>Issuing and all nodes are away for a day, on a simulated clock.</summary>
public sealed class OutageDayTests : IDisposable
{
    private readonly GateWorld _world = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Day_WithoutAnyNetwork_CodesAreVerifiedAndExitsPass()
    {
        // The phone fetched its token just before, for a day; nothing was declared.
        _world.Synchronise();
        var token = _world.Trust.Token(1, startsIn: 0);
        var gone = _world.Trust.Token(2, startsIn: -20 * 3600);
        var counted = 0;
        for (var hour = 0; hour < 24; hour++)
        {
            // A gate that is restarted in the middle of it goes on.
            await using var entry = await _world.OpenAsync();
            _world.Clock.Advance(TimeSpan.FromSeconds(30));
            for (var minute = 0; minute < 59; minute++)
            {
                var now = _world.Clock.GetUtcNow();
                var shown = _world.Trust.Shown(token, now);
                var answer = await entry.ScanAsync(shown, cancellation: Stop);
                Assert.Equal(("PY0000", true, true), (answer.Code, answer.Permits, answer.IsRecorded));
                Assert.Equal("PY2009", await Code(entry, shown));
                Assert.Equal(hour, (int)answer.TrustAge!.Value.TotalHours);
                counted++;
                _world.Clock.Advance(TimeSpan.FromMinutes(1));
            }

            Assert.Equal(
                hour < 4 ? "PY0000" : "PY2008",
                await Code(entry, _world.Trust.Shown(gone, _world.Clock.GetUtcNow())));
            Assert.Equal("PY1998", await Code(entry, "YM1ABC"));
            Assert.Equal(hour, (int)entry.Status().TrustAge!.Value.TotalHours);
            _world.Clock.Advance(TimeSpan.FromSeconds(30));
        }

        await using var exit = await _world.OpenAsync(Direction.Exit);
        var last = await exit.ScanAsync("YM1ABC", cancellation: Stop);
        Assert.True(last.Permits);
        Assert.Equal(
            counted, _world.Journal().Count(scan => scan.Told == 0 && scan.Form == OfflineForm.HolderBound
                && scan.StatusIndex == 1));
        Assert.DoesNotContain(exit.Alarms.Standing, alarm => alarm.Alarm != GateAlarm.JournalSlow);
    }

    [Fact]
    public async Task Day_LimitOfTheTrustsAge_SaysUnknownAtTheEntry()
    {
        _world.Synchronise();
        var token = _world.Trust.Token(1, startsIn: 0);
        _world.Clock.Advance(TimeSpan.FromHours(5));
        await using var gate = await _world.OpenAsync(change: options => options.Entry.TrustAgeHoursMax = 6);
        _world.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("PY0000", await Code(gate, _world.Trust.Shown(token, _world.Clock.GetUtcNow())));

        _world.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal("PY2018", await Code(gate, _world.Trust.Shown(token, _world.Clock.GetUtcNow())));
    }

    private static async Task<string> Code(Gatekeeper gate, string code) =>
        (await gate.ScanAsync(code, cancellation: Stop)).Code;
}
