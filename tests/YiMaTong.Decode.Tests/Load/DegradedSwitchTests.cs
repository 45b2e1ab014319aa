using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using YiMaTong.Decode.Load;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests.Load;

public sealed class DegradedSwitchTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Monitor _options = new();
    private readonly LoadState _state = new();
    private readonly RecordingLogs _logs = new();
    private readonly DegradedSwitch _switch;
    private TimeSpan _used;

    public DegradedSwitchTests() =>
        _switch = new(_options, _state, _time, new Logger<DegradedSwitch>(_logs), () => _used);

    public void Dispose() => _switch.Dispose();

    [Fact]
    public void Hear_BetweenTheThresholds_NeverFlutters()
    {
        Hear(3, 96);
        Assert.True(_state.Degraded);
        Hear(100, 80);
        Assert.True(_state.Degraded);
        Hear(4, 70);
        Hear(1, 80);
        Hear(4, 70);
        Assert.True(_state.Degraded);
        Hear(1, 70);
        Assert.False(_state.Degraded);
        Hear(100, 94);
        Assert.False(_state.Degraded);
        Assert.Equal(2, _logs.Entries.Count(entry => entry.Event == "DegradedChanged"));
    }

    [Fact]
    public void Hear_PeaksWithBreaks_DoNotDegrade()
    {
        for (var i = 0; i < 20; i++)
        {
            Hear(2, 100);
            Hear(1, 90);
        }

        Assert.False(_state.Degraded);
    }

    [Fact]
    public async Task Execute_BusyProcess_DegradesAndReturns()
    {
        await _switch.StartAsync(TestContext.Current.CancellationToken);
        await Run(() => _state.Degraded, TimeSpan.FromSeconds(Environment.ProcessorCount));
        await Run(() => !_state.Degraded, TimeSpan.Zero);
        await _switch.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("{\"mode\":\"on\"}", 200, true)]
    [InlineData("{\"mode\":\"off\"}", 200, false)]
    [InlineData("{\"mode\":\"ON\"}", 400, false)]
    [InlineData("{\"mode\":1}", 400, false)]
    [InlineData("[]", 400, false)]
    [InlineData("{", 400, false)]
    [InlineData("", 400, false)]
    public void Invoke_Body_SwitchesOrIsRefused(string body, int status, bool degraded)
    {
        Assert.Equal(status, _switch.Invoke(System.Text.Encoding.UTF8.GetBytes(body)).Status);
        Assert.Equal(degraded, _state.Degraded);
    }

    [Fact]
    public void Invoke_On_StandsAgainstTheProcessorUntilTheSettingChanges()
    {
        _ = _switch.Invoke("{\"mode\":\"on\"}"u8);
        Hear(100, 0);
        Assert.True(_state.Degraded);
        _options.Change(new() { Mode = "off" });
        Assert.False(_state.Degraded);
    }

    [Fact]
    public void Validate_EachFault_IsNamed()
    {
        var result = new DegradedOptionsValidator().Validate(
            null, new() { Mode = "maybe", EnterCpuPercent = 50, LeaveCpuPercent = 60, EnterSeconds = 0 });

        Assert.Equal(
            [
                "Decode:Degraded:Mode: must be off, on or auto (is 'maybe')",
                "Decode:Degraded:LeaveCpuPercent: must be below EnterCpuPercent (50) (is '60')",
                "Decode:Degraded:EnterSeconds: must be 1 to 3600 (is '0')",
            ],
            result.Failures);
    }

    private void Hear(int seconds, double percent)
    {
        for (var i = 0; i < seconds; i++)
        {
            _switch.Hear(percent);
        }
    }

    private async Task Run(Func<bool> until, TimeSpan perSecond)
    {
        await AwaitUntil.Soon(
            () =>
            {
                _used += perSecond;
                _time.Advance(TimeSpan.FromSeconds(1));
                return until();
            },
            "the mode changed");
    }

    private sealed class Monitor : IOptionsMonitor<DegradedOptions>
    {
        private Action<DegradedOptions, string?>? _listener;

        public DegradedOptions CurrentValue { get; private set; } = new();

        public DegradedOptions Get(string? name) => CurrentValue;

        public IDisposable? OnChange(Action<DegradedOptions, string?> listener)
        {
            _listener = listener;
            return null;
        }

        public void Change(DegradedOptions to)
        {
            CurrentValue = to;
            _listener?.Invoke(to, null);
        }
    }
}
