using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Issuing.Platform;

/// <summary>Registers the platform registry.</summary>
internal static class PlatformServices
{
    public static IServiceCollection AddIssuingPlatform(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<PlatformOptions, PlatformOptionsValidator>(
            configuration.GetSection(IssuingOptions.Section));
        services.AddSingleton(CreateGuard);
        services.AddSingleton<PlatformCall>();
        services.AddSingleton<TagRules>();
        services.AddSingleton<CitizenRegistrar>();
        services.AddSingleton<CitizenPuts>();
        services.AddSingleton<MerchantPuts>();
        services.AddSingleton<CodeKeyMaker>();
        services.AddSingleton<MintingKeys>();
        services.AddHostedService<OperatorTokenCheck>();
        services.AddHostedService<FirstCodeKey>();
        return services;
    }

    public static IEndpointRouteBuilder MapIssuingPlatform(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<SceneGrpcService>();
        endpoints.MapGrpcService<MerchantGrpcService>();
        endpoints.MapGrpcService<ChannelGrpcService>();
        endpoints.MapGrpcService<TagGrpcService>();
        endpoints.MapGrpcService<CitizenRegistryGrpcService>();
        endpoints.MapGrpcService<CodeKeyGrpcService>();
        return endpoints;
    }

    private static OperatorGuard CreateGuard(IServiceProvider services) => OperatorGuard.FromFile(
        $"{IssuingOptions.Section}:{nameof(PlatformOptions.OperatorTokenFile)}",
        services.GetRequiredService<IOptions<PlatformOptions>>().Value.OperatorTokenFile,
        services.GetRequiredService<IOptions<IssuingOptions>>().Value.CreateMissingKeys);

    /// <summary>Reads the token at the start, so that a missing one ends the start and not the first call.</summary>
    private sealed class OperatorTokenCheck(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            services.GetRequiredService<OperatorGuard>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
