using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;
using YiMaTong.Issuing.Minting;
using YiMaTong.Issuing.OAuth;
using YiMaTong.Issuing.RealName;
using YiMaTong.Issuing.Standard;

namespace YiMaTong.Issuing.Citizens;

/// <summary>Registers minting, authorisation and what citizens do for themselves.</summary>
internal static class CitizenServices
{
    public static IServiceCollection AddIssuingCitizens(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddIssuingOAuth(configuration);
        AddCitizens(services, configuration);
        AddRealName(services, configuration);
        AddMinting(services, configuration);
        return services;
    }

    public static IEndpointRouteBuilder MapIssuingCitizens(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapIssuingOAuth();
        endpoints.MapGrpcService<CitizenEndpoint>();
        endpoints.MapGrpcService<QrcodeEndpoint>();
        endpoints.MapGrpcService<CatalogEndpoint>();
        return endpoints;
    }

    private static void AddCitizens(IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<CitizenOptions, CitizenOptionsValidator>(
            configuration.GetSection(CitizenOptions.Section));
        services.AddSingleton<AuthenticationLimit>();
        services.AddScoped<CitizenSessions>();
        services.AddScoped<GrantStanding>();
        services.AddScoped<CitizenAuthenticator>();
        services.AddScoped<CitizenActs>();
    }

    private static void AddRealName(IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<RealNameOptions, RealNameOptionsValidator>(
            configuration.GetSection(RealNameOptions.Section));
        services.AddHttpClient(HttpRealNameAuthority.ClientName);
        services.AddSingleton<SimulatedRealNameAuthority>();
        services.AddSingleton<HttpRealNameAuthority>();
        services.AddSingleton<IRealNameAuthority>(provider =>
            provider.GetRequiredService<IOptions<RealNameOptions>>().Value.Mode switch
            {
                RealNameOptions.Simulated => provider.GetRequiredService<SimulatedRealNameAuthority>(),
                RealNameOptions.Http => provider.GetRequiredService<HttpRealNameAuthority>(),
                _ => new AbsentRealNameAuthority(),
            });
    }

    private static void AddMinting(IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<MintingOptions, MintingOptionsValidator>(
            configuration.GetSection(MintingOptions.Section));
        services.AddValidatedOptions<ServiceAreaOptions, MintingOptionsValidator>(
            configuration.GetSection(ServiceAreaOptions.Section));
        services.AddSingleton<MintingLimit>();
        services.AddSingleton<PositionCheck>();
        services.AddScoped<GrantReader>();
        services.AddScoped<CodeShower>();
    }
}
