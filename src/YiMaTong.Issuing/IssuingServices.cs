using YiMaTong.Hosting.Settings;
using YiMaTong.Issuing.Audit;
using YiMaTong.Issuing.Citizens;
using YiMaTong.Issuing.Emergency;
using YiMaTong.Issuing.Feed;
using YiMaTong.Issuing.Incidents;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing;

/// <summary>The issuing service, for any host that runs it.</summary>
public static class IssuingServices
{
    /// <summary>Registers everything that issuing consists of; settings come from section "Issuing".</summary>
    public static IServiceCollection AddIssuing(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<IssuingOptions, IssuingOptionsValidator>(
            configuration.GetSection(IssuingOptions.Section));
        // What EF Core logs as an error it also throws, with the same trace; who catches it says it once, in clear
        // words.
        services.AddLogging(logging => logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Critical));
        return services
            .AddIssuingStorage()
            .AddIssuingFeed()
            .AddIssuingPlatform(configuration)
            .AddIssuingCitizens(configuration)
            .AddIssuingIncidents(configuration)
            .AddIssuingAudit(configuration)
            .AddIssuingEmergency(configuration);
    }

    /// <summary>Maps everything that issuing answers.</summary>
    public static IEndpointRouteBuilder MapIssuing(this IEndpointRouteBuilder endpoints) => endpoints
        .MapIssuingFeed()
        .MapIssuingPlatform()
        .MapIssuingCitizens()
        .MapIssuingIncidents()
        .MapIssuingAudit()
        .MapIssuingEmergency();
}
