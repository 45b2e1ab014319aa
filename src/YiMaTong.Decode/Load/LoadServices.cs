using YiMaTong.Hosting.Health;
using YiMaTong.Hosting.Load;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Decode.Load;

/// <summary>Puts load management into a host.</summary>
internal static class LoadServices
{
    /// <summary>Adds limits, refusal under overload and the degraded mode.</summary>
    public static IServiceCollection AddLoadManagement(
        this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<LoadOptions, LoadOptionsValidator>(configuration.GetSection(LoadOptions.Section));
        services.AddValidatedOptions<DegradedOptions, DegradedOptionsValidator>(
            configuration.GetSection(DegradedOptions.Section));
        services.AddSingleton<LoadState>();
        services.AddSingleton<LoadMetrics>();
        services.AddSingleton<ScanLimit>();
        services.AddSingleton<SignatureGuard>();
        services.AddSingleton(provider => new QueueDelay(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IAdmissionControl, AdmissionControl>();
        services.AddSingleton<DegradedSwitch>();
        services.AddSingleton<IAdminAction>(provider => provider.GetRequiredService<DegradedSwitch>());
        services.AddHostedService(provider => provider.GetRequiredService<DegradedSwitch>());
        return services;
    }
}
