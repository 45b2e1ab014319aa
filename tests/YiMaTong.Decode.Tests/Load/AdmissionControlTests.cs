using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using YiMaTong.Decode.Load;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Decode.Tests.Load;

public sealed class AdmissionControlTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Queue<QueueDelay> _queue = new();
    private readonly HttpContext _call = new DefaultHttpContext();
    private int _delayMs;

    public AdmissionControlTests() => _call.Request.Path = "/yimatong.decode.v1.DecodeService/Decode";

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Judge_ShortQueue_AdmitsAll()
    {
        var control = Control();
        _delayMs = 4;

        Assert.Equal((0, 0, 0), Shares(control, seconds: 1));
    }

    [Fact]
    public void Judge_GrowingPressure_RefusesStrangersThenKnownThenGates()
    {
        var control = Control();
        _delayMs = 6;
        var seen = new List<(double Stranger, double Known, double Gate)>();
        for (var i = 0; i < 40; i++)
        {
            seen.Add(Shares(control, seconds: 0.1));
        }

        Assert.Contains(seen, shares => shares is { Stranger: > 0.2, Known: 0, Gate: 0 });
        Assert.Contains(seen, shares => shares is { Stranger: > 0.9, Known: > 0.2, Gate: 0 });
        Assert.All(seen, shares => Assert.True(
            shares.Known <= shares.Stranger + 0.02 && shares.Gate <= shares.Known + 0.02));
        var last = seen[^1];
        Assert.InRange(last.Gate, 0.55, 0.65);
        Assert.InRange(last.Stranger, 0.9, 0.99);
    }

    [Fact]
    public void Judge_QueueOfTenTargets_RefusesAlmostAllGates()
    {
        var control = Control();
        _delayMs = 50;
        _ = Shares(control, seconds: 1);

        Assert.InRange(Shares(control, seconds: 0.1).Gate, 0.9, 0.99);
    }

    [Fact]
    public void Judge_QueueGone_AdmitsAllWithinTwoSeconds()
    {
        var control = Control();
        _delayMs = 50;
        _ = Shares(control, seconds: 1);
        _delayMs = 0;
        _ = Shares(control, seconds: 2);

        Assert.Equal((0, 0, 0), Shares(control, seconds: 0.1));
    }

    [Theory]
    [InlineData("4m", 10, true)]
    [InlineData("10m", 10, true)]
    [InlineData("11m", 10, false)]
    [InlineData("1m", 5, false)]
    [InlineData("nonsense", 10, false)]
    public void Judge_DeadlineWithinTheQueue_RefusesAtOnce(string timeout, int delayMs, bool refused)
    {
        var control = Control();
        _delayMs = delayMs;
        _call.Request.Headers["grpc-timeout"] = timeout;
        Turn();
        _ = control.Judge(CallClass.Gate, _call.Request);
        Turn();

        Assert.Equal(refused, control.Judge(CallClass.Gate, _call.Request).Refused);
    }

    [Fact]
    public void Judge_AllPlacesTaken_RefusesUntilOneLeaves()
    {
        var control = Control(options => options.MaxGateCalls = 3);
        var places = Enumerable.Range(0, 5).Select(_ => control.Judge(CallClass.Gate, _call.Request)).ToList();

        Assert.Equal([false, false, false, true, true], places.Select(place => place.Refused));
        control.Leave(places[0].Place);
        Assert.False(control.Judge(CallClass.Gate, _call.Request).Refused);
        Assert.True(control.Judge(CallClass.Gate, _call.Request).Refused);
        Assert.False(control.Judge(CallClass.Known, _call.Request).Refused);
    }

    [Fact]
    public void Judge_AllStreamsOpen_RefusesStreamsAlone()
    {
        var control = Control(options => (options.MaxStreams, options.MaxGateCalls) = (2, 1));
        var stream = new DefaultHttpContext().Request;
        stream.Path = "/yimatong.decode.v1.DecodeService/DecodeStream";
        var places = Enumerable.Range(0, 4).Select(_ => control.Judge(CallClass.Gate, stream)).ToList();

        Assert.Equal([false, false, true, true], places.Select(place => place.Refused));
        Assert.InRange(places[2].RetryAfterMs, 1_200, 3_200);
        var call = control.Judge(CallClass.Gate, _call.Request);
        Assert.False(call.Refused);
        control.Leave(call.Place);
        Assert.True(control.Judge(CallClass.Gate, stream).Refused);
        control.Leave(places[0].Place);
        Assert.False(control.Judge(CallClass.Gate, stream).Refused);
    }

    [Fact]
    public void Judge_Refused_TellsWaitsThatGrowAndAreSpread()
    {
        var control = Control(options => options.MaxGateCalls = 1);
        _ = control.Judge(CallClass.Gate, _call.Request);
        var calm = Enumerable.Range(0, 100).Select(_ => control.Judge(CallClass.Gate, _call.Request)).ToList();
        _delayMs = 50;
        _ = Shares(control, seconds: 1);
        var hard = Enumerable.Range(0, 100).Select(_ => control.Judge(CallClass.Gate, _call.Request)).ToList();

        Assert.Equal([50, 75, 100, 150], calm.Select(wait => wait.RetryAfterMs).Distinct().Order());
        Assert.Equal([1_200, 1_600, 2_400, 3_200], hard.Select(wait => wait.RetryAfterMs).Distinct().Order());
    }

    [Fact]
    public void Judge_CallOfAGate_AllocatesNothing()
    {
        const int Calls = 200_000;
        var control = Control(time: TimeProvider.System);
        for (var i = 0; i < Calls; i++)
        {
            control.Leave(control.Judge(CallClass.Gate, _call.Request).Place);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < Calls; i++)
        {
            control.Leave(control.Judge(CallClass.Gate, _call.Request).Place);
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var each = TimeProvider.System.GetElapsedTime(started).TotalNanoseconds / Calls;
        TestContext.Current.TestOutputHelper?.WriteLine($"{each:F0} ns a call");
        Assert.Equal(0, allocated);
    }

    private AdmissionControl Control(Action<LoadOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new LoadOptions { TargetDelayMs = 5 };
        configure?.Invoke(options);
        return new(
            Options.Create(options), Options.Create(new ListenersOptions()),
            new QueueDelay(time ?? _time, time is null ? _queue.Enqueue : probe => probe.Execute()),
            new LoadMetrics(_services.GetRequiredService<IMeterFactory>(), new LoadState()), time ?? _time);
    }

    private void Turn()
    {
        _time.Advance(TimeSpan.FromMilliseconds(Math.Max(1, _delayMs)));
        if (_queue.TryDequeue(out var probe))
        {
            if (_delayMs == 0)
            {
                // The probe went out before the clock moved; one that is home at once is measured so.
                probe.Execute();
                _time.Advance(TimeSpan.FromMilliseconds(1));
                return;
            }

            probe.Execute();
        }
    }

    private (double Stranger, double Known, double Gate) Shares(AdmissionControl control, double seconds)
    {
        Span<int> refused = [0, 0, 0];
        var calls = 0;
        var until = _time.GetUtcNow().AddSeconds(seconds);
        while (_time.GetUtcNow() < until)
        {
            for (var i = 0; i < 50; i++, calls++)
            {
                for (var kind = CallClass.Stranger; kind <= CallClass.Gate; kind++)
                {
                    var admission = control.Judge(kind, _call.Request);
                    refused[(int)kind] += admission.Refused ? 1 : 0;
                    if (admission.Place != 0)
                    {
                        control.Leave(admission.Place);
                    }
                }
            }

            Turn();
        }

        return ((double)refused[0] / calls, (double)refused[1] / calls, (double)refused[2] / calls);
    }
}
