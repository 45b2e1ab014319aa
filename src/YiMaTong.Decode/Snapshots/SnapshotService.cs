using YiMaTong.Decode.Feed;
using YiMaTong.Directory;

namespace YiMaTong.Decode.Snapshots;

/// <summary>
/// Writes snapshots for as long as the process lives: as soon as the node is complete, then at the interval, and once
/// more at a stop. A failure is told at once and tried again with growing pauses; gates are answered all the while, and
/// writing takes a share of one processor only, but for the last one.
/// </summary>
internal sealed class SnapshotService(
    SnapshotTaker taker,
    SnapshotStore store,
    SnapshotHealth health,
    NodeStatus status,
    TimeProvider time,
    ILogger<SnapshotService> logger) : BackgroundService
{
    private const int RetryMinMs = 1_000;
    private const int RetryMaxMs = 30_000;
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(200);

    // Calls that hang may have taken all of the host's time to stop; the last snapshot then has this of its own.
    private static readonly TimeSpan _lastWrite = TimeSpan.FromSeconds(10);

    private readonly Backoff _backoff = new(RetryMinMs, RetryMaxMs);

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var hurry = cancellationToken.UnsafeRegister(
            static source => ((CancellationTokenSource)source!).CancelAfter(_lastWrite), limit);
        await base.StopAsync(limit.Token);
        if (store.Enabled && status.Current.Complete && ExecuteTask is not { IsCompleted: false })
        {
            // The next start then has nothing to catch up with.
            // A disk that hangs does not hold up the stop for longer than that.
            Task last = OwnThread.Run(() => TryWrite(limit.Token));
            await last.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (store.Enabled)
        {
            var wait = _look;
            if (status.Current.Complete)
            {
                wait = await OwnThread.RunAside(() => TryWrite(stoppingToken, Pace(stoppingToken)));
            }

            await Task.Delay(wait, time, stoppingToken);
        }
    }

    /// <summary>Writes one; tells the time until the next is due.</summary>
    internal TimeSpan TryWrite(CancellationToken cancellation, WorkPace? pace = null)
    {
        var startedAt = time.GetTimestamp();
        try
        {
            if (taker.Take(cancellation, pace) is not { } taken)
            {
                return _look;
            }

            var duration = time.GetElapsedTime(startedAt);
            if (health.Fault is not null)
            {
                SnapshotLog.Recovered(logger, taken.Header.Revision);
            }

            health.Written(taken.Header.Revision, duration);
            _backoff.Reset();
            SnapshotLog.Written(logger, taken.Header.Revision, taken.Subjects, (long)duration.TotalMilliseconds);
            return store.Interval;
        }
        catch (OperationCanceledException)
        {
            return _look;
        }
        catch (Exception e)
        {
            // Whatever it is, gates go on being answered and the next try comes.
            var delay = _backoff.Next();
            health.Failed(e.Message);
            SnapshotLog.Failed(logger, (long)delay.TotalMilliseconds, e.Message);
            return delay;
        }
    }

    private WorkPace Pace(CancellationToken cancellation) =>
        new(time, store.CorePercent, due => cancellation.WaitHandle.WaitOne(due));
}
