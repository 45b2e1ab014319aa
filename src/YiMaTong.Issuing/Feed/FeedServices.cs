namespace YiMaTong.Issuing.Feed;

/// <summary>Registers the feed.</summary>
internal static class FeedServices
{
    public static IServiceCollection AddIssuingFeed(this IServiceCollection services)
    {
        services.AddSingleton<FeedSignal>();
        services.AddSingleton<EntityMaterialiser>();
        services.AddSingleton<FeedReader>();
        services.AddSingleton<FeedToken>();
        services.AddHostedService(provider => provider.GetRequiredService<FeedToken>());
        services.AddSingleton<OutboxTrimmer>();
        services.AddHostedService(provider => provider.GetRequiredService<OutboxTrimmer>());
        services.AddSingleton<FeedService>();
        return services;
    }

    public static IEndpointRouteBuilder MapIssuingFeed(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<FeedService>();
        return endpoints;
    }
}
