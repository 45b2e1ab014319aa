namespace YiMaTong.Issuing.Platform;

/// <summary>Registers the platform registry.</summary>
internal static class PlatformServices
{
    public static IServiceCollection AddIssuingPlatform(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<TagRules>();
        services.AddSingleton<CitizenRegistrar>();
        services.AddSingleton<MintingKeys>();
        return services;
    }

    public static IEndpointRouteBuilder MapIssuingPlatform(this IEndpointRouteBuilder endpoints)
    {
        return endpoints;
    }
}
