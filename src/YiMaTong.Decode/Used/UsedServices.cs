using Microsoft.Extensions.Options;
using YiMaTong.Decode.Engine;
using YiMaTong.Directory;
using YiMaTong.Hosting;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Decode.Used;

/// <summary>Registers the journal of used codes and seen requests.</summary>
internal static class UsedServices
{
    private const string DefaultFolder = "used";

    public static IServiceCollection AddUsed(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<UsedOptions, UsedOptionsValidator>(configuration.GetSection(UsedOptions.Section));
        services.AddOptions<UsedOptions>().PostConfigure<IOptions<DirectoryOptions>>((used, directory) =>
            used.Folder = used.Folder.Length == 0 ? Path.Combine(directory.Value.Folder, DefaultFolder) : used.Folder);
        services.AddSingleton(Open);
        services.AddSingleton(provider => new ScanIdentity(provider.GetRequiredService<UsedJournals>().ScanKey));
        services.AddSingleton<UsedMetrics>();
        services.AddHostedService<UsedStart>();
        services.AddHealthChecks().AddCheck<UsedHealth>("used", tags: [YiMaTongHosting.ReadyTag]);
        return services;
    }

    private static UsedJournals Open(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<UsedOptions>>().Value;
        if (!options.Enabled)
        {
            return UsedJournals.Off();
        }

        try
        {
            return new(
                options, services.GetRequiredService<IOptions<DecodeOptions>>().Value,
                services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<UsedJournals>>());
        }
        catch (IOException failure)
        {
            throw new StartupException($"{UsedOptions.Section}:Folder: {failure.Message}.", failure);
        }
    }
}
