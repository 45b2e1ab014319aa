using System.Security.Cryptography;
using YiMaTong.Codes.Storage;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Gate.Alarms;
using YiMaTong.Gate.Storage;

namespace YiMaTong.Gate.Journal;

/// <summary>
/// What this run of the gate decided alone, in the order of its sequence numbers. Each run is a new journal with a
/// random identity, so no sequence is ever given twice, whatever a crash took. One thread of its own writes and syncs
/// all that is there and tells those who wait. Where the disk refuses, or took longer than the patience for its last
/// batch, scans wait in memory and nobody waits for them. Thread-safe.
/// </summary>
internal sealed class ScanJournal : IAsyncDisposable
{
    private const int WaitingMax = 65_536;
    private const int BatchMax = 512;
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly JournalFolder _folder;
    private readonly long _bytesMax;
    private readonly TimeSpan _patience;
    private readonly GateAlarms _alarms;
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly SegmentWriter _writer;
    private readonly SemaphoreSlim _wake = new(0, int.MaxValue);
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writing;
    private readonly List<Waiting> _waiting = [];
    private int _inHand;
    private long _sequence;
    private long _lost;
    private long _bytes;
    private long? _deletedAt;
    private volatile bool _refused;
    private volatile bool _stalled;

    /// <summary>Begins a journal.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="bytesMax">Bytes of all journals there at most.</param>
    /// <param name="patience">How long a scan waits for the disk at most.</param>
    /// <param name="alarms">Where to tell what the disk does.</param>
    /// <param name="time">The clock.</param>
    /// <param name="sync">Brings the folder's names to the disk; null for the ordinary way.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public ScanJournal(
        JournalFolder folder, long bytesMax, TimeSpan patience, GateAlarms alarms, TimeProvider time,
        SyncFolder? sync = null)
    {
        (_folder, _bytesMax, _patience, _alarms, _time) = (folder, bytesMax, patience, alarms, time);
        Id = new Guid(RandomNumberGenerator.GetBytes(16), bigEndian: true);
        _began = time.GetTimestamp();
        _bytes = folder.Bytes;
        _writer = new SegmentWriter(
            folder.Path, time.GetUtcNow().ToUnixTimeMilliseconds(), Id, sync ?? DurableFolder.Sync);
        _writing = DiskWork.RunAsync(WriteAll);
    }

    /// <summary>Identity of this run's journal.</summary>
    public Guid Id { get; }

    /// <summary>Milliseconds since it began, from 1, by the clock that nobody sets.</summary>
    public long RunMs => 1 + (long)_time.GetElapsedTime(_began).TotalMilliseconds;

    /// <summary>Called when scans came to be on the disk.</summary>
    public event Action? Written;

    /// <summary>Scans that were answered and never reached the disk.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Scans that were answered and are not known to be on the disk, which may have them in hand.</summary>
    public int Unwritten
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count + _inHand;
            }
        }
    }

    /// <summary>Appends a scan, and writes into it when in this run that was.</summary>
    /// <returns>
    /// Whether it is on the disk, once that is known, after the patience at most; false at once where the disk refuses
    /// or hangs for now: the scan is written as soon as the disk takes it.
    /// </returns>
    public async Task<bool> AppendAsync(OfflineScan scan)
    {
        var written = Append(scan);
        try
        {
            return written.IsCompleted ? await written : await written.WaitAsync(_patience, _time);
        }
        catch (TimeoutException)
        {
            Stalled();
            return false;
        }
    }

    /// <summary>Appends a scan, and writes into it when in this run that was.</summary>
    /// <returns>As <see cref="AppendAsync"/>, without an end to the waiting.</returns>
    public Task<bool> Append(OfflineScan scan)
    {
        scan.RunMs = RunMs;
        lock (_lock)
        {
            if (_waiting.Count >= WaitingMax || _stop.IsCancellationRequested)
            {
                Interlocked.Increment(ref _lost);
                _alarms.Raise(GateAlarm.ScansLost, $"{Lost} scans were answered and are not in the journal");
                return Task.FromResult(false);
            }

            _sequence++;
            var waiting = new Waiting(_sequence, ScanRecord.Write(Id, _sequence, scan));
            _waiting.Add(waiting);
            _wake.Release();
            return _refused || _stalled ? Task.FromResult(false) : waiting.Written.Task;
        }
    }

    /// <summary>
    /// Deletes what is home and a day old: the codes used then are over. A clock that is known to be wrong has no say.
    /// </summary>
    public void Prune()
    {
        if (!_alarms.Stands(GateAlarm.ClockWrong))
        {
            _folder.Prune(Id, _time.GetUtcNow() - Uses.UsedCodes.Memory);
        }
    }

    /// <summary>Writes what is left, for as long as the disk takes, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _wake.Release();
#pragma warning disable VSTHRD003 // The journal itself started it, on a thread of the pool.
        await _writing;
#pragma warning restore VSTHRD003
        _writer.Dispose();
        _stop.Dispose();
        _wake.Dispose();
    }

    private void WriteAll()
    {
        while (true)
        {
            _wake.Wait();
            List<Waiting> batch;
            lock (_lock)
            {
                batch = _waiting[..Math.Min(BatchMax, _waiting.Count)];
                _waiting.RemoveRange(0, batch.Count);
                _inHand = batch.Count;
            }

            var isWritten = batch.Count == 0 || TryWrite(batch);
            Settle(isWritten ? [] : batch);
            if (!isWritten)
            {
                PauseBeforeRetry();
                _wake.Release();
            }

            if (_stop.IsCancellationRequested && (batch.Count == 0 || _refused))
            {
                CountUnwritten();
                return;
            }
        }
    }

    private void PauseBeforeRetry()
    {
        var due = new ManualResetEventSlim();
        using var timer = _time.CreateTimer(_ => due.Set(), null, RetryPause, Timeout.InfiniteTimeSpan);
        try
        {
            due.Wait(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            // It is to end, after one more try.
        }
    }

    private bool TryWrite(List<Waiting> batch)
    {
        var started = _time.GetTimestamp();
        try
        {
            var records = batch.SelectMany(one => one.Record).ToArray();
            MakeRoom(records.Length);
            _writer.Append(records, batch[0].Sequence);
            _bytes += records.Length;
        }
        catch (Exception refused) when (DiskFault.Is(refused))
        {
            _refused = true;
            batch.ForEach(one => one.Written.TrySetResult(false));
            _alarms.Raise(GateAlarm.JournalRefused, refused.Message);
            return false;
        }

        _refused = false;
        _alarms.Clear(GateAlarm.JournalRefused);
        if (_time.GetElapsedTime(started) >= _patience)
        {
            // It wrote, and the next scan would wait as long again.
            Stalled();
        }
        else
        {
            _stalled = false;
            _alarms.Clear(GateAlarm.JournalSlow);
        }

        batch.ForEach(one => one.Written.TrySetResult(true));
        Written?.Invoke();
        return true;
    }

    // Nobody waits from now on until the disk has written within the patience.
    private void Stalled()
    {
        _stalled = true;
        _alarms.Raise(GateAlarm.JournalSlow, $"the disk takes longer than {_patience.TotalMilliseconds:0} ms");
    }

    private void MakeRoom(int bytes)
    {
        if (_deletedAt is { } at && _time.GetElapsedTime(at) >= Uses.UsedCodes.Memory)
        {
            _deletedAt = null;
            _alarms.Clear(GateAlarm.JournalFull);
        }

        if (_bytes + bytes <= _bytesMax)
        {
            return;
        }

        Prune();
        _bytes = _folder.Bytes;
        if (_bytes + bytes > _bytesMax && _folder.MakeRoom(Id, _bytes + bytes - _bytesMax) > 0)
        {
            _deletedAt = _time.GetTimestamp();
            _bytes = _folder.Bytes;
            _alarms.Raise(
                GateAlarm.JournalFull,
                $"the journal has its {_bytesMax >> 20} MiB: scans that issuing has were deleted within a day");
        }

        if (_bytes + bytes > _bytesMax)
        {
            throw new IOException($"the journal has its {_bytesMax >> 20} MiB, and issuing does not take them");
        }
    }

    private void CountUnwritten()
    {
        lock (_lock)
        {
            if (_waiting.Count > 0)
            {
                Interlocked.Add(ref _lost, _waiting.Count);
                _alarms.Raise(GateAlarm.ScansLost, $"{Lost} scans were answered and are not in the journal");
            }
        }
    }

    private void Settle(List<Waiting> refused)
    {
        lock (_lock)
        {
            _waiting.InsertRange(0, refused);
            _inHand = 0;
        }
    }

    private sealed record Waiting(long Sequence, byte[] Record)
    {
        public TaskCompletionSource<bool> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
