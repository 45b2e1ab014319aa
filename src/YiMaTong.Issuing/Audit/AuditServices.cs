using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;
using YiMaTong.Issuing.Storage;

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
        services.AddPooledDbContextFactory<DecisionDbContext>(Configure);
        services.AddSingleton<DecisionDatabase>();
        services.AddHostedService(provider => provider.GetRequiredService<DecisionDatabase>());
        services.AddSingleton<DecisionStore>();
        services.AddSingleton<DecisionLogGrpcService>();
        services.AddSingleton<DecisionGrpcService>();
        services.AddSingleton<Housekeeping>();
        services.AddHostedService(provider => provider.GetRequiredService<Housekeeping>());
        return services;
    }

    public static IEndpointRouteBuilder MapIssuingAudit(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<DecisionLogGrpcService>();
        endpoints.MapGrpcService<DecisionGrpcService>();
        return endpoints;
    }

    private static void Configure(IServiceProvider services, DbContextOptionsBuilder builder) =>
        StorageServices.Configure(services, builder, DecisionDatabase.PathOf(
            services.GetRequiredService<IOptions<IssuingOptions>>().Value,
            services.GetRequiredService<IOptions<AuditOptions>>().Value));
}
