using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Hosting.Health;

/// <summary>
/// Makes a stop graceful: first "not ready", then the wait in which load balancers look away, then the end of streams
/// and of listening.
/// </summary>
internal sealed class Drain(
    IOptions<ListenersOptions> options, StopSignal stop, TimeProvider time, ILogger<Drain> logger)
    : IHostedLifecycleService
{
    private volatile bool _stopping;

    /// <summary>Whether the process is on its way out.</summary>
    public bool Stopping => _stopping;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        var seconds = options.Value.DrainSeconds;
        if (seconds > 0)
        {
            HostingLog.Draining(logger, seconds);
            await Task.Delay(TimeSpan.FromSeconds(seconds), time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await stop.GiveAsync();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
