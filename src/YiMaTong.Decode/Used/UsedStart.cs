using YiMaTong.Decode.Engine;
using YiMaTong.Decode.Sessions;
using YiMaTong.Decode.Standard;

namespace YiMaTong.Decode.Used;

/// <summary>
/// Has those who ask for uses read the journals before the node listens: hosted services start ahead of the server.
/// </summary>
internal sealed class UsedStart : IHostedService
{
    /// <summary>Makes the three stores, each of which reads its journal, and the metrics.</summary>
    public UsedStart(SingleUse codes, RequestLedger requests, SessionOpener sessions, UsedMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentNullException.ThrowIfNull(metrics);
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
