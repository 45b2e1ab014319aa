using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using YiMaTong.Decode.Load;
using YiMaTong.Hosting.Settings;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests.Load;

/// <summary>Edits of a running node's settings file.</summary>
public sealed class DegradedSettingsTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly IConfigurationRoot _settings;
    private readonly ServiceProvider _services;
    private readonly SwitchRig _rig;

    public DegradedSettingsTests()
    {
        File.WriteAllText(SettingsFile, "{}");
        _settings = new ConfigurationBuilder().AddJsonFile(SettingsFile, optional: false).Build();
        _services = new ServiceCollection()
            .AddValidatedOptions<DegradedOptions, DegradedOptionsValidator>(
                _settings.GetSection(DegradedOptions.Section))
            .BuildServiceProvider();
        _rig = new(_services.GetRequiredService<IOptionsMonitor<DegradedOptions>>());
    }

    private string SettingsFile => _folder.Combine("appsettings.json");

    public void Dispose()
    {
        _rig.Dispose();
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

    [Theory]
    [InlineData("""{"Mode":"onn"}""")]
    [InlineData("""{"EnterCpuPercent":"50","LeaveCpuPercent":"60"}""")]
    [InlineData("""{"EnterSeconds":"many"}""")]
    public void Hear_SettingsEditedIntoNonsense_GoesOnWithTheLastGoodOnes(string nonsense)
    {
        Edit(nonsense);
        _rig.Hear(2, 96);
        Assert.False(_rig.Degraded);
        _rig.Hear(1, 96);
        Assert.True(_rig.Degraded);
        Assert.Single(_rig.Logs.Entries, entry => entry.Event == "DegradedSettingsBad");

        Edit("""{"Mode":"off"}""");
        Assert.False(_rig.Degraded);
        Edit(nonsense);
        _rig.Hear(3, 10);
        Assert.Equal(2, _rig.Logs.Entries.Count(entry => entry.Event == "DegradedSettingsBad"));
    }

    [Fact]
    public async Task Execute_SettingsEditedIntoNonsense_Survives()
    {
        await _rig.Switch.StartAsync(TestContext.Current.CancellationToken);
        Edit("""{"Mode":"onn"}""");
        await _rig.Run(
            () => _rig.Logs.Entries.Any(entry => entry.Event == "DegradedSettingsBad"), TimeSpan.Zero);
        Assert.False(_rig.Switch.ExecuteTask!.IsCompleted);
        await _rig.Switch.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Invoke_On_StandsUntilItsOwnSettingChanges()
    {
        Edit("""{"Mode":"auto"}""");
        _ = _rig.Switch.Invoke("{\"mode\":\"on\"}"u8);
        Edit("""{"Mode":"auto"}""", other: "2");
        _rig.Hear(100, 0);
        Assert.True(_rig.Degraded);
        Edit("""{"Mode":"off"}""", other: "2");
        Assert.False(_rig.Degraded);
    }
}
