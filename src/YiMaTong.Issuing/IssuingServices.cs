using YiMaTong.Hosting.Settings;
using YiMaTong.Issuing.Citizens;
using YiMaTong.Issuing.Feed;
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
        return services
            .AddIssuingStorage()
            .AddIssuingFeed()
            .AddIssuingPlatform(configuration)
            .AddIssuingCitizens(configuration);
    }

    /// <summary>Maps everything that issuing answers.</summary>
    public static IEndpointRouteBuilder MapIssuing(this IEndpointRouteBuilder endpoints) => endpoints
        .MapIssuingFeed()
        .MapIssuingPlatform()
        .MapIssuingCitizens();
}
