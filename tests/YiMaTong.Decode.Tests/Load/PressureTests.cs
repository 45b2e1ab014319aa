using Microsoft.Extensions.Time.Testing;
using YiMaTong.Decode.Load;

namespace YiMaTong.Decode.Tests.Load;

public sealed class PressureTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Pressure _pressure;

    public PressureTests() => _pressure = new(_time, targetDelayMs: 5);

    [Fact]
    public void Observe_ShortQueue_StaysAtNothing()
    {
        Run(seconds: 1, delayMs: 4);

        Assert.Equal(0, _pressure.Value);
    }

    [Fact]
    public void Observe_StandingQueue_RisesToTheMostWithinASecond()
    {
        Run(seconds: 0.1, delayMs: 10);
        var early = _pressure.Value;
        Run(seconds: 0.9, delayMs: 30);

        Assert.InRange(early, 0.5, 1.5);
        Assert.Equal(Pressure.Most, _pressure.Value);
    }

    [Fact]
    public void Observe_BurstThatDrainsWithinTheStep_IsNoOverload()
    {
        for (var step = 0; step < 100; step++)
        {
            Observe(40);
            Observe(20);
            Observe(1);
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(0, _pressure.Value);
    }

    [Fact]
    public void Observe_QueueGone_FallsToNothingWithinTwoSeconds()
    {
        Run(seconds: 1, delayMs: 100);
        Run(seconds: 0.5, delayMs: 0);
        var half = _pressure.Value;
        Run(seconds: 1.5, delayMs: 0);

        Assert.InRange(half, 1.5, 2.5);
        Assert.Equal(0, _pressure.Value);
    }

    [Fact]
    public void Value_AfterNoCallsAtAll_HasFallenMeanwhile()
    {
        Run(seconds: 1, delayMs: 100);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, _pressure.Value);
        Observe(0);
        Assert.Equal(0, _pressure.Value);
    }

    [Fact]
    public void Observe_FewCallsThatWaitLong_RisesAsManyWould()
    {
        for (var call = 0; call < 20; call++)
        {
            Observe(60);
            _time.Advance(TimeSpan.FromMilliseconds(80));
        }

        Assert.InRange(_pressure.Value, 2.5, 3);
    }

    private void Run(double seconds, double delayMs)
    {
        for (var step = 0; step < seconds * 1000; step++)
        {
            Observe(delayMs);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    private void Observe(double delayMs) =>
        _pressure.Observe(_time.GetTimestamp(), (long)(delayMs * _time.TimestampFrequency / 1000));
}
