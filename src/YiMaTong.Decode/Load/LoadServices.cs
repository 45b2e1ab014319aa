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
        services.AddSingleton<LoadState>();
        services.AddSingleton<ScanLimit>();
        return services;
    }
}
