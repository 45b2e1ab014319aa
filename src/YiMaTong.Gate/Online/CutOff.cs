using System.Security.Cryptography;

namespace YiMaTong.Gate.Online;

/// <summary>
/// Knows whether the nodes can be reached. A scan that no node answered takes the line for down, and from then on scans
/// do not wait for dead nodes: probes in the background find out when one is back, growing from 100 ms to 2 s apart. An
/// idle line is probed too, so that the time since the last answer means something. Thread-safe.
/// <para>A node that answers but cannot tell (PY1998, PY1999, PY2018) is reached, and yet no use: the time of the last
/// usable answer stands still.</para>
/// </summary>
internal sealed class CutOff(INodes nodes, TimeSpan cutOffAfter, TimeSpan probeEvery, TimeProvider time)
    : IDisposable
{
    private const int PauseMsMin = 100, PauseMsMax = 2_000;

    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly TaskCompletionSource _probed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _contactAt = time.GetTimestamp();
    private long _usableAt = time.GetTimestamp();
    private volatile bool _isDown;
    private volatile bool _scansCannotTell;

    /// <summary>Whether scans are not worth sending.</summary>
    public bool IsDown => _isDown;

    /// <summary>Time since a node gave a usable answer, or since the start.</summary>
    public TimeSpan SinceAnswer => time.GetElapsedTime(Volatile.Read(ref _usableAt));

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

        _scansCannotTell = OnlineGate.CannotTell(answer.Response!.Code);
        Reached(!_scansCannotTell);
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
                Reached(!_scansCannotTell);
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
            var idle = time.GetElapsedTime(Volatile.Read(ref _contactAt));
            if (ended == woken || _isDown || idle >= probeEvery)
            {
                return;
            }

            pause = probeEvery - idle;
        }
    }

    private void Reached(bool usable)
    {
        var now = time.GetTimestamp();
        Volatile.Write(ref _contactAt, now);
        if (usable)
        {
            Volatile.Write(ref _usableAt, now);
        }

        _isDown = false;
    }

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
