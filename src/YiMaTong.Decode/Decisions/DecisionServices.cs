using Microsoft.Extensions.Options;
using YiMaTong.Directory;
using YiMaTong.Hosting;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Decode.Decisions;

/// <summary>Registers the decision record.</summary>
internal static class DecisionServices
{
    private const string DefaultFolder = "decisions";

    public static IServiceCollection AddDecisions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<DecisionOptions, DecisionOptionsValidator>(
            configuration.GetSection(DecisionOptions.Section));
        services.AddOptions<DecisionOptions>().PostConfigure<IOptions<DirectoryOptions>>((decisions, directory) =>
        {
            if (decisions.Folder.Length == 0)
            {
                decisions.Folder = Path.Combine(directory.Value.Folder, DefaultFolder);
            }

            if (decisions.NodeId.Length == 0)
            {
                decisions.NodeId = Environment.MachineName;
            }
        });
        services.AddSingleton(Open);
        services.AddSingleton<DecisionMetrics>();
        services.AddSingleton<DecisionShipper>();
        services.AddHostedService(provider =>
        {
            _ = provider.GetRequiredService<DecisionMetrics>();
            return provider.GetRequiredService<DecisionShipper>();
        });
        services.AddHealthChecks().AddCheck<DecisionHealth>("decisions", tags: [YiMaTongHosting.ReadyTag]);
        return services;
    }

    private static IDecisionSink Open(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<DecisionOptions>>();
        if (options.Value.Mode == DecisionMode.Off)
        {
            return new NoDecisions();
        }

        try
        {
            return new DecisionJournal(
                options, services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<DecisionJournal>>());
        }
        catch (IOException failure)
        {
            throw new StartupException($"{DecisionOptions.Section}:Folder: {failure.Message}.", failure);
        }
    }
}
