using YiMaTong.Hosting.Settings;

namespace YiMaTong.Decode.Snapshots;

/// <summary>Registers the node's snapshot files.</summary>
internal static class SnapshotServices
{
    /// <summary>
    /// Adds them. Before the feed's client: hosts stop in reverse order, and the last snapshot is written when nothing
    /// changes any more.
    /// </summary>
    public static IServiceCollection AddSnapshots(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<SnapshotOptions, SnapshotOptionsValidator>(
            configuration.GetSection(SnapshotOptions.Section));
        services.AddSingleton<HeldEntities>();
        services.AddSingleton<DataAge>();
        services.AddSingleton<SnapshotStore>();
        services.AddSingleton<SnapshotHealth>();
        services.AddSingleton<SnapshotTaker>();
        services.AddSingleton<SnapshotRestorer>();
        services.AddSingleton<SnapshotService>();
        services.AddHostedService(provider => provider.GetRequiredService<SnapshotService>());
        return services;
    }
}
