using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using YiMaTong.Decode.Load;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests.Load;

/// <summary>The switch of the degraded mode with a clock, a processor and a log of the test's own.</summary>
internal sealed class SwitchRig : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly LoadState _state = new();
    private TimeSpan _used;

    public SwitchRig(IOptionsMonitor<DegradedOptions> options) =>
        Switch = new(options, _state, _time, new Logger<DegradedSwitch>(Logs), () => _used);

    public DegradedSwitch Switch { get; }

    public RecordingLogs Logs { get; } = new();

    public bool Degraded => _state.Degraded;

    public void Dispose()
    {
        Switch.Dispose();
        Logs.Dispose();
    }

    /// <summary>Tells the switch of seconds, each with as much of all processors used.</summary>
    public void Hear(int seconds, double percent)
    {
        for (var i = 0; i < seconds; i++)
        {
            Switch.Hear(percent);
        }
    }

    /// <summary>Lets seconds pass, in each of which so much is used.</summary>
    public Task Run(Func<bool> until, TimeSpan perSecond) => AwaitUntil.Soon(
        () =>
        {
            _used += perSecond;
            _time.Advance(TimeSpan.FromSeconds(1));
            return until();
        },
        "what the test waits for");
}
