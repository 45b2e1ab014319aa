using YiMaTong.Hosting.Settings;

namespace YiMaTong.Issuing.Audit;

/// <summary>Registers the decision record and the housekeeping.</summary>
internal static class AuditServices
{
    public static IServiceCollection AddIssuingAudit(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<AuditOptions, HousekeepingOptionsValidator>(
            configuration.GetSection(AuditOptions.Section));
        services.AddValidatedOptions<HousekeepingOptions, HousekeepingOptionsValidator>(
            configuration.GetSection(HousekeepingOptions.Section));
        services.AddSingleton<DecisionStore>();
        services.AddSingleton<DecisionLogGrpcService>();
        services.AddSingleton<Housekeeping>();
        services.AddHostedService(provider => provider.GetRequiredService<Housekeeping>());
        return services;
    }

    public static IEndpointRouteBuilder MapIssuingAudit(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<DecisionLogGrpcService>();
        return endpoints;
    }
}
