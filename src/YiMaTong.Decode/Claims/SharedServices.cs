using YiMaTong.Hosting;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Decode.Claims;

/// <summary>Registers what nodes share.</summary>
internal static class SharedServices
{
    public static IServiceCollection AddShared(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<SharedOptions, SharedOptionsValidator>(
            configuration.GetSection(SharedOptions.Section));
        services.AddSingleton<SharedUses>();
        services.AddSingleton<SharedMetrics>();
        services.AddHealthChecks().AddCheck<SharedHealth>("shared", tags: [YiMaTongHosting.ReadyTag]);
        return services;
    }
}
