using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Hosting;

/// <summary>Runs a service's process from start to stop.</summary>
public static class HostRunner
{
    private const string PollsFiles = "DOTNET_USE_POLLING_FILE_WATCHER";

    /// <summary>
    /// Builds and runs the application until it is told to stop. A fault that an operator can mend ends with one line a
    /// fault on standard error; any other keeps its trace.
    /// </summary>
    /// <param name="build">Builds the application.</param>
    /// <returns>The exit code: 0 after a stop, 1 when the start or a background service failed.</returns>
    public static async Task<int> RunAsync(Func<WebApplication> build)
    {
        // The host looks whether appsettings.json changes by watching its folder with all that is below. Where the
        // process keeps its data there, the system would tell it of each record that it writes. So it looks every few
        // seconds; whoever wants the watch sets the variable to false.
        Environment.SetEnvironmentVariable(
            PollsFiles, Environment.GetEnvironmentVariable(PollsFiles) is { Length: > 0 } own ? own : "true");
        using var fileSize = FileSizeSignal.Catch();
        try
        {
            await using var app = build();
            // Not RunAsync: it disposes the services that tell below whether a background service failed.
            await app.StartAsync();
            await app.WaitForShutdownAsync();
            return await BackgroundFailures.ReportAsync(app.Services, Console.Error) ? 0 : 1;
        }
        catch (Exception exception) when (StartupFailure.Describe(exception) is { } lines)
        {
            foreach (var line in lines)
            {
                await Console.Error.WriteLineAsync(line);
            }

            return 1;
        }
    }
}
