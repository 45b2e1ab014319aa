using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// Registers emergency codes, what gates verify them with, and what they bring home (clauses 3, 7.2.2).
/// </summary>
internal static class EmergencyServices
{
    public static IServiceCollection AddIssuingEmergency(
        this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<EmergencyOptions, EmergencyOptionsValidator>(
            configuration.GetSection(EmergencyOptions.Section));
        services.AddSingleton<EmergencyFolder>();
        services.AddSingleton<PutFile>(EmergencyFolder.Put);
        services.AddSingleton<EmergencyDisk>();
        services.AddSingleton<ClockWatch>();
        services.AddSingleton<ISignerStore, SignerFiles>();
        services.AddSingleton(CreateRoot);
        services.AddSingleton<EmergencyKeyring>();
        services.AddSingleton<StatusBook>();
        services.AddSingleton<RevocationFollower>();
        services.AddSingleton<DeclarationBook>();
        services.AddSingleton<DeclarationNotices>();
        services.AddSingleton<TrustBoard>();
        services.AddSingleton<TrustFiles>();
        services.AddSingleton<TrustPublisher>();
        services.AddSingleton<TrustGrpcService>();
        services.AddSingleton<IssuanceAlarm>();
        services.AddSingleton<EmergencyMetrics>();
        services.AddSingleton<EmergencyCodeDesk>();
        services.AddSingleton<OfflineUploadCheck>();
        services.AddSingleton<OfflineLookup>();
        services.AddSingleton<OfflineStore>();
        services.AddSingleton<OfflineReporter>();
        services.AddSingleton<EmergencyKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<EmergencyKeeper>());
        return services;
    }

    public static IEndpointRouteBuilder MapIssuingEmergency(this IEndpointRouteBuilder endpoints)
    {
        // Its gauges count from the start, not from the first code.
        endpoints.ServiceProvider.GetRequiredService<EmergencyMetrics>();
        endpoints.MapGrpcService<EmergencyCodeEndpoint>();
        endpoints.MapGrpcService<TrustGrpcService>();
        endpoints.MapGrpcService<EmergencyGrpcService>();
        endpoints.MapGrpcService<EmergencyKeyGrpcService>();
        endpoints.MapGrpcService<OfflineScanGrpcService>();
        endpoints.MapGrpcService<OfflineReportGrpcService>();
        TrustDocuments.Map(endpoints);
        return endpoints;
    }

    private static EmergencyRoot CreateRoot(IServiceProvider services) => EmergencyRoot.Of(SignerFiles.ReadRoot(
        services.GetRequiredService<EmergencyFolder>().RootKey,
        services.GetRequiredService<IOptions<IssuingOptions>>().Value.CreateMissingKeys));
}
