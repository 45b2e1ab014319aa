using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace YiMaTong.Hosting.Settings;

/// <summary>
/// What brought a running process down from within. The host's own log of it is off, because the same category prints a
/// trace before every clear line about a failed start; so it is told here.
/// </summary>
public static class BackgroundFailures
{
    /// <summary>Name of the host's log category.</summary>
    internal const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    /// <summary>Writes the failure of every background service that ended with one.</summary>
    /// <returns>True when there was none.</returns>
    public static async Task<bool> ReportAsync(IServiceProvider services, TextWriter output)
    {
        var none = true;
        foreach (var service in services.GetServices<IHostedService>().OfType<BackgroundService>())
        {
            if (service.ExecuteTask is { IsFaulted: true, Exception: { } failure })
            {
                none = false;
                await output.WriteLineAsync($"{service.GetType().Name} failed: {failure.GetBaseException()}");
            }
        }

        return none;
    }
}
