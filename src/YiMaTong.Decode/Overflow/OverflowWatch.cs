using System.Diagnostics.Metrics;
using YiMaTong.Directory;

namespace YiMaTong.Decode.Overflow;

/// <summary>
/// Looks once a second whether pages of the directory wait in memory because the disk does not take them: tries them
/// again, logs the begin and the end, and makes the metric, which reads what is counted anyway. A refusal that is over
/// within the second is not logged. Its own task is the only caller.
/// </summary>
internal sealed class OverflowWatch : BackgroundService
{
    /// <summary>Time from one look to the next.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ISubjectDirectory _directory;
    private readonly TimeProvider _time;
    private readonly ILogger<OverflowWatch> _logger;

    // Timestamp of the look that found pages waiting; null while none wait.
    private long? _since;

    /// <summary>Makes the instrument.</summary>
    public OverflowWatch(
        IMeterFactory meters, ISubjectDirectory directory, TimeProvider time, ILogger<OverflowWatch> logger)
    {
        (_directory, _time, _logger) = (directory, time, logger);
        meters.Create(DecodeMetrics.MeterName).CreateObservableGauge(
            "yimatong.decode.overflow.unwritten", () => directory.UnwrittenBytes, "By",
            "Bytes of the overflow file that the disk refuses and that wait in memory.");
    }

    /// <summary>Looks once.</summary>
    internal void Look()
    {
        var bytes = _directory.UnwrittenBytes;
        if (bytes > 0)
        {
            if (_since is null)
            {
                _since = _time.GetTimestamp();
                OverflowLog.Waiting(_logger, bytes);
            }

            _directory.RetryUnwritten();
        }
        else if (_since is { } since)
        {
            _since = null;
            OverflowLog.WaitsNoMore(_logger, (long)_time.GetElapsedTime(since).TotalMilliseconds);
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Look();
        }
    }
}
