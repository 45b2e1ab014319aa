using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using YiMaTong.Decode.Claims;
using YiMaTong.Decode.Decisions;
using YiMaTong.Decode.Engine;
using YiMaTong.Decode.Feed;
using YiMaTong.Decode.Load;
using YiMaTong.Decode.Overflow;
using YiMaTong.Decode.Registry;
using YiMaTong.Decode.Requests;
using YiMaTong.Decode.Sessions;
using YiMaTong.Decode.Snapshots;
using YiMaTong.Decode.Standard;
using YiMaTong.Decode.Used;
using YiMaTong.Directory;
using YiMaTong.Hosting;
using YiMaTong.Hosting.Direct;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Decode;

/// <summary>Puts the decode node into a host.</summary>
public static class DecodeServices
{
    private const string DefaultFolder = "data/decode";

    /// <summary>
    /// Adds the node: settings from sections "Decode" and "Directory" (whose Folder is "data/decode" where not set),
    /// the directory, the feed's client and the services.
    /// </summary>
    public static IServiceCollection AddDecode(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddValidatedOptions<DecodeOptions, DecodeOptionsValidator>(
            configuration.GetSection(DecodeOptions.Section));
        services.AddValidatedOptions<DirectoryOptions, DirectoryOptionsValidator>(
            configuration.GetSection(DirectoryOptionsValidator.Section));
        services.PostConfigure<DirectoryOptions>(
            options => options.Folder = options.Folder.Length == 0 ? DefaultFolder : options.Folder);
        services.AddSingleton<ISubjectDirectory>(
            provider => OpenDirectory(provider.GetRequiredService<IOptions<DirectoryOptions>>().Value));

        services.AddSingleton<NodeRegistry>();
        services.AddSingleton<NodeStatus>();
        services.AddSingleton<NodeContent>();
        services.AddSingleton<FeedApplier>();
        services.AddOverflow();
        services.AddSnapshots(configuration);
        services.AddHostedService<FeedClient>();

        services.AddDecisions(configuration);
        services.AddUsed(configuration);
        services.AddShared(configuration);
        services.AddSingleton<NodeClock>();
        services.AddSingleton<Timeliness>();
        services.AddSingleton<SingleUse>();
        services.AddSingleton<DecodeEngine>();
        services.AddSingleton<DecodeMetrics>();
        services.AddSingleton<MerchantGate>();
        services.AddSingleton<SessionTable>();
        services.AddSingleton<SessionOpener>();
        services.AddSingleton<ScanHandler>();
        services.AddSingleton<StreamGuards>();
        services.AddSingleton<DecodeGrpcService>();
        services.AddSingleton<IDirectCalls, DirectDecode>();
        services.AddSingleton<RequestLedger>();
        services.AddSingleton<RequestShares>();
        services.AddSingleton<StandardDecodeGrpcService>();
        services.AddSingleton<IDirectCalls, DirectStandardDecode>();
        services.AddLoadManagement(configuration);
        services.AddHealthChecks().AddCheck<NodeReadiness>("decode", tags: [YiMaTongHosting.ReadyTag]);
        return services;
    }

    /// <summary>Maps the node's services: gates over gRPC, B.4 over gRPC and REST.</summary>
    public static IEndpointRouteBuilder MapDecode(this IEndpointRouteBuilder endpoints)
    {
        // Gates' calls have metrics of their own.
        endpoints.MapGrpcService<DecodeGrpcService>().DisableHttpMetrics();
        endpoints.MapGrpcService<StandardDecodeGrpcService>();

        // Gauges are there from the start: an alarm on the age of data must not wait for the first scan.
        _ = endpoints.ServiceProvider.GetRequiredService<DecodeMetrics>();
        _ = endpoints.ServiceProvider.GetRequiredService<SharedMetrics>();

        // The clock is watched from the start too: what it showed before the first scan counts.
        _ = endpoints.ServiceProvider.GetRequiredService<NodeClock>();
        return endpoints;
    }

    private static FasterSubjectDirectory OpenDirectory(DirectoryOptions options)
    {
        try
        {
            return new FasterSubjectDirectory(options);
        }
        catch (IOException failure)
        {
            throw new StartupException($"{DirectoryOptionsValidator.Section}:Folder: {failure.Message}.", failure);
        }
    }
}
