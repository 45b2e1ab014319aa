using System.Security.Cryptography;

namespace YiMaTong.Gate.Online;

/// <summary>
/// Knows whether the nodes can be reached. A scan that no node answered takes the line for down, and from then on scans
/// do not wait for dead nodes: probes in the background find out when one is back, growing from 100 ms to 2 s apart. An
/// idle line is probed too, so that the time since the last answer means something. Thread-safe.
/// <para>A node that answers and decides nothing is reached, and yet no use: it cannot tell (PY1998, PY1999, PY2018),
/// has no time (PY1008), or does not know the gate (its clock, its registry, a key). Where the scan itself is at fault
/// that does not count. A probe does not show it, so scans alone are the witnesses: the gate is cut off too where the
/// first and the last of an unbroken row of such answers lie the set time apart. One of them, and then no passenger,
/// is no outage; and a row that nobody added to for ten times the set time is forgotten.</para>
/// </summary>
internal sealed class CutOff(INodes nodes, TimeSpan cutOffAfter, TimeSpan probeEvery, TimeProvider time)
    : IDisposable
{
    private const int PauseMsMin = 100, PauseMsMax = 2_000;
    private const int DoubtMemory = 10;

    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly TaskCompletionSource _probed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private long _contactAt = time.GetTimestamp();
    private long _usableAt = time.GetTimestamp();
    private long? _doubtFrom;
    private long _doubtTo;
    private volatile bool _isDown;

    /// <summary>Whether scans are not worth sending.</summary>
    public bool IsDown => _isDown;

    /// <summary>Time since a node gave a usable answer or would have, or since the start.</summary>
    public TimeSpan SinceAnswer
    {
        get
        {
            lock (_lock)
            {
                var (since, doubt) = (time.GetElapsedTime(_usableAt), Doubt());
                return doubt > since ? doubt : since;
            }
        }
    }

    /// <summary>Whether the gate has been on its own for the set time.</summary>
    public bool IsCutOff => SinceAnswer >= cutOffAfter;

    /// <summary>Waits for the end of the first probe.</summary>
    public Task ProbedAsync(CancellationToken cancellation) => _probed.Task.WaitAsync(cancellation);

    /// <summary>Takes note of how a scan went.</summary>
    public void Note(OnlineAnswer answer)
    {
        if (!answer.IsAnswered)
        {
            _isDown = true;
            Wake();
            return;
        }

        lock (_lock)
        {
            var now = _contactAt = time.GetTimestamp();
            if (answer.IsDecided || OnlineGate.IsScansFault(answer.Response!.Code))
            {
                (_usableAt, _doubtFrom) = (now, null);
            }
            else
            {
                _doubtFrom = IsDoubtOld() ? now : _doubtFrom ?? now;
                _doubtTo = now;
            }
        }

        _isDown = false;
    }

    /// <summary>Probes until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var pauseMs = PauseMsMin;
        while (!stop.IsCancellationRequested)
        {
            if (await nodes.ProbeAsync(stop))
            {
                pauseMs = PauseMsMin;
                Reached();
            }
            else if (!stop.IsCancellationRequested)
            {
                _isDown = true;
            }

            _probed.TrySetResult();
            await WaitAsync(pauseMs, stop);
            pauseMs = _isDown ? Math.Min(PauseMsMax, pauseMs * 2) : PauseMsMin;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _wake.Dispose();

    private async Task WaitAsync(int pauseMs, CancellationToken stop)
    {
        // Gates of one station that lost their line together do not come back in step.
        var pause = _isDown
            ? TimeSpan.FromMilliseconds(pauseMs / 2 + RandomNumberGenerator.GetInt32(pauseMs / 2 + 1))
            : probeEvery;
        while (!stop.IsCancellationRequested)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var woken = _wake.WaitAsync(waiting.Token);
            var ended = await Task.WhenAny(woken, Task.Delay(pause, time, waiting.Token));
            await waiting.CancelAsync();
            var idle = Idle();
            if (ended == woken || _isDown || idle >= probeEvery)
            {
                return;
            }

            pause = probeEvery - idle;
        }
    }

    private void Reached()
    {
        lock (_lock)
        {
            _contactAt = _usableAt = time.GetTimestamp();
        }

        _isDown = false;
    }

    private TimeSpan Idle()
    {
        lock (_lock)
        {
            return time.GetElapsedTime(_contactAt);
        }
    }

    private TimeSpan Doubt() =>
        _doubtFrom is { } from && !IsDoubtOld() ? time.GetElapsedTime(from, _doubtTo) : TimeSpan.Zero;

    private bool IsDoubtOld() => time.GetElapsedTime(_doubtTo) >= cutOffAfter * DoubtMemory;

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }
}
