namespace YiMaTong.Issuing.Citizens;

/// <summary>Registers minting, authorisation and what citizens do for themselves.</summary>
internal static class CitizenServices
{
    public static IServiceCollection AddIssuingCitizens(this IServiceCollection services, IConfiguration configuration)
    {
        return services;
    }

    public static IEndpointRouteBuilder MapIssuingCitizens(this IEndpointRouteBuilder endpoints)
    {
        return endpoints;
    }
}
