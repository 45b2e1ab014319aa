using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using YiMaTong.Decode.Load;
using YiMaTong.Hosting.Settings;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests.Load;

/// <summary>Edits of a running node's settings file.</summary>
public sealed class DegradedSettingsTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogs _logs = new();
    private readonly LoadState _state = new();
    private readonly IConfigurationRoot _settings;
    private readonly ServiceProvider _services;
    private readonly DegradedSwitch _switch;

    public DegradedSettingsTests()
    {
        File.WriteAllText(SettingsFile, "{}");
        _settings = new ConfigurationBuilder().AddJsonFile(SettingsFile, optional: false).Build();
        _services = new ServiceCollection()
            .AddValidatedOptions<DegradedOptions, DegradedOptionsValidator>(
                _settings.GetSection(DegradedOptions.Section))
            .BuildServiceProvider();
        _switch = new(
            _services.GetRequiredService<IOptionsMonitor<DegradedOptions>>(), _state, _time,
            new Logger<DegradedSwitch>(_logs), () => TimeSpan.Zero);
    }

    private string SettingsFile => _folder.Combine("appsettings.json");

    public void Dispose()
    {
        _switch.Dispose();
        _services.Dispose();
        (_settings as IDisposable)?.Dispose();
        _folder.Dispose();
    }

    private void Edit(string degraded, string other = "1")
    {
        File.WriteAllText(SettingsFile, $$"""{"Other":"{{other}}","Decode":{"Degraded":{{degraded}} } }""");

        // The framework tells whoever reloads what the checks said; a file that is watched has nobody to tell.
        _ = Record.Exception(_settings.Reload);
    }

    private void Hear(int seconds, double percent)
    {
        for (var i = 0; i < seconds; i++)
        {
            _switch.Hear(percent);
        }
    }

    [Theory]
    [InlineData("""{"Mode":"onn"}""")]
    [InlineData("""{"EnterCpuPercent":"50","LeaveCpuPercent":"60"}""")]
    [InlineData("""{"EnterSeconds":"many"}""")]
    public void Hear_SettingsEditedIntoNonsense_GoesOnWithTheLastGoodOnes(string nonsense)
    {
        Edit(nonsense);
        Hear(2, 96);
        Assert.False(_state.Degraded);
        Hear(1, 96);
        Assert.True(_state.Degraded);
        Assert.Single(_logs.Entries, entry => entry.Event == "DegradedSettingsBad");

        Edit("""{"Mode":"off"}""");
        Assert.False(_state.Degraded);
        Edit(nonsense);
        Hear(3, 10);
        Assert.Equal(2, _logs.Entries.Count(entry => entry.Event == "DegradedSettingsBad"));
    }

    [Fact]
    public async Task Execute_SettingsEditedIntoNonsense_Survives()
    {
        await _switch.StartAsync(TestContext.Current.CancellationToken);
        Edit("""{"Mode":"onn"}""");
        await AwaitUntil.Soon(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return _logs.Entries.Any(entry => entry.Event == "DegradedSettingsBad");
            },
            "the fault is told");
        Assert.False(_switch.ExecuteTask!.IsCompleted);
        await _switch.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Invoke_On_StandsUntilItsOwnSettingChanges()
    {
        Edit("""{"Mode":"auto"}""");
        _ = _switch.Invoke("{\"mode\":\"on\"}"u8);
        Edit("""{"Mode":"auto"}""", other: "2");
        Hear(100, 0);
        Assert.True(_state.Degraded);
        Edit("""{"Mode":"off"}""", other: "2");
        Assert.False(_state.Degraded);
    }
}
