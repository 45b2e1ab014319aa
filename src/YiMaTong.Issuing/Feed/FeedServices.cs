namespace YiMaTong.Issuing.Feed;

/// <summary>Registers the feed.</summary>
internal static class FeedServices
{
    public static IServiceCollection AddIssuingFeed(this IServiceCollection services) => services.AddSingleton<FeedSignal>();

    public static IEndpointRouteBuilder MapIssuingFeed(this IEndpointRouteBuilder endpoints) => endpoints;
}
