using Microsoft.Extensions.Options;
using YiMaTong.Decode.Load;

namespace YiMaTong.Decode.Tests.Load;

public sealed class DegradedSwitchTests : IDisposable
{
    private readonly Monitor _options = new();
    private readonly SwitchRig _rig;

    public DegradedSwitchTests() => _rig = new(_options);

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Hear_BetweenTheThresholds_NeverFlutters()
    {
        _rig.Hear(3, 96);
        Assert.True(_rig.Degraded);
        _rig.Hear(100, 80);
        Assert.True(_rig.Degraded);
        _rig.Hear(4, 70);
        _rig.Hear(1, 80);
        _rig.Hear(4, 70);
        Assert.True(_rig.Degraded);
        _rig.Hear(1, 70);
        Assert.False(_rig.Degraded);
        _rig.Hear(100, 94);
        Assert.False(_rig.Degraded);
        Assert.Equal(2, _rig.Logs.Entries.Count(entry => entry.Event == "DegradedChanged"));
    }

    [Fact]
    public void Hear_PeaksWithBreaks_DoNotDegrade()
    {
        for (var i = 0; i < 20; i++)
        {
            _rig.Hear(2, 100);
            _rig.Hear(1, 90);
        }

        Assert.False(_rig.Degraded);
    }

    [Fact]
    public async Task Execute_BusyProcess_DegradesAndReturns()
    {
        await _rig.Switch.StartAsync(TestContext.Current.CancellationToken);
        await _rig.Run(() => _rig.Degraded, TimeSpan.FromSeconds(Environment.ProcessorCount));
        await _rig.Run(() => !_rig.Degraded, TimeSpan.Zero);
        await _rig.Switch.StopAsync(TestContext.Current.CancellationToken);
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
        Assert.Equal(status, _rig.Switch.Invoke(System.Text.Encoding.UTF8.GetBytes(body)).Status);
        Assert.Equal(degraded, _rig.Degraded);
    }

    [Fact]
    public void Invoke_On_StandsAgainstTheProcessorUntilTheSettingChanges()
    {
        _ = _rig.Switch.Invoke("{\"mode\":\"on\"}"u8);
        _rig.Hear(100, 0);
        Assert.True(_rig.Degraded);
        _options.Change(new() { Mode = "off" });
        Assert.False(_rig.Degraded);
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
