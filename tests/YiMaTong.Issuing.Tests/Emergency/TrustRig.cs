using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Issuing.Emergency;
using YiMaTong.Issuing.Tests.Citizens;
using YiMaTong.Testing;

namespace YiMaTong.Issuing.Tests.Emergency;

/// <summary>Keys and what is published, without database and network, on a disk that the test rules.</summary>
internal sealed class TrustRig : IDisposable
{
    private readonly TestDisk _disk = new();
    private readonly ServiceProvider _provider;

    private TrustRig(TempDirectory folder, (string Key, string? Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton(Options.Create(
            new IssuingOptions { Database = folder.Combine("issuing.db"), CreateMissingKeys = true }));
        services.AddIssuingEmergency(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(one => one.Key, one => one.Value)).Build());
        services.AddSingleton<PutFile>(_disk.Put);
        _provider = services.BuildServiceProvider();
        Folder = folder.Combine("emergency");
    }

    public JumpingTime Time { get; } = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, 400, TimeSpan.Zero));

    public string Folder { get; }

    public EmergencyKeyring Keys => _provider.GetRequiredService<EmergencyKeyring>();

    public TrustPublisher Publisher => _provider.GetRequiredService<TrustPublisher>();

    public TrustPicture Picture => _provider.GetRequiredService<TrustBoard>().Picture;

    public EmergencyDisk Disk => _provider.GetRequiredService<EmergencyDisk>();

    /// <summary>Loads what the folder holds and publishes it, as the start does.</summary>
    public static async Task<TrustRig> StartAsync(
        TempDirectory folder, params (string Key, string? Value)[] settings)
    {
        var rig = new TrustRig(folder, settings);
        await rig.Keys.LoadAsync(TestContext.Current.CancellationToken);
        rig.Publisher.TakeUp();
        rig._provider.GetRequiredService<ClockWatch>().Start(0);
        rig._provider.GetRequiredService<StatusBook>().OpenNext();
        rig.Publisher.ShowKeys();
        Assert.Empty(await rig.Settled());
        return rig;
    }

    public EmergencyKeyId Signing(EmergencyKeyUses role) => Keys.Current(role)!.Id;

    public bool HasFileOf(EmergencyKeyId key) => File.Exists(Path.Combine(Folder, $"signer-{key}.key"));

    public Task<IReadOnlyList<string>> Settled() => Disk.SettleAsync(TestContext.Current.CancellationToken);

    public TestDisk TestDisk => _disk;

    public void Dispose()
    {
        _disk.Take();
        _provider.Dispose();
        _disk.Dispose();
    }
}
