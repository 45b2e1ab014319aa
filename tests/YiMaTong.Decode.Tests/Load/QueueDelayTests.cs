using Microsoft.Extensions.Time.Testing;
using YiMaTong.Decode.Load;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests.Load;

public sealed class QueueDelayTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Queue<QueueDelay> _queue = new();
    private readonly QueueDelay _delay;

    public QueueDelayTests() => _delay = new(_time, _queue.Enqueue);

    [Fact]
    public void Sample_ProbeUnderWay_CountsItsWaitAndSendsNoOther()
    {
        _ = Sample();
        Advance(7);

        Assert.Equal(7, Sample());
        Assert.Equal(9, SampleAfter(2));
        Assert.Single(_queue);
    }

    [Fact]
    public void Sample_ProbeHome_TellsItsWaitUntilTheNext()
    {
        _ = Sample();
        Advance(7);
        _queue.Dequeue().Execute();

        Assert.Equal(7, Sample());
        Assert.Empty(_queue);
        Assert.Equal(7, SampleAfter(1));
        _queue.Dequeue().Execute();
        Assert.Equal(0, Sample());
    }

    [Fact]
    public void Sample_LongAfterTheLast_TellsNothingOld()
    {
        _ = Sample();
        Advance(50);
        _queue.Dequeue().Execute();

        Assert.Equal(-1, SampleAfter(250));
    }

    [Fact]
    public async Task Sample_RealThreadPool_ComesHome()
    {
        var delay = new QueueDelay(TimeProvider.System);
        var started = TimeProvider.System.GetTimestamp();
        await AwaitUntil.Soon(
            () =>
            {
                _ = delay.Sample(TimeProvider.System.GetTimestamp());
                return delay.Seconds > 0;
            },
            "the probe came home");

        Assert.InRange(delay.Seconds, 1e-9, TimeProvider.System.GetElapsedTime(started).TotalSeconds);
    }

    private void Advance(int ms) => _time.Advance(TimeSpan.FromMilliseconds(ms));

    private long SampleAfter(int ms)
    {
        Advance(ms);
        return Sample();
    }

    private long Sample() => _delay.Sample(_time.GetTimestamp()) is var ticks and >= 0
        ? ticks * 1000 / _time.TimestampFrequency
        : -1;
}
