using System.Security.Cryptography;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Gate.Alarms;
using YiMaTong.Gate.Storage;

namespace YiMaTong.Gate.Journal;

/// <summary>
/// What this run of the gate decided alone, in the order of its sequence numbers. Each run is a new journal with a
/// random identity, so no sequence is ever given twice, whatever a crash took. One thread writes and syncs all that is
/// there and tells those who wait. Where the disk refuses, scans wait in memory and nobody waits for them. Thread-safe.
/// </summary>
internal sealed class ScanJournal : IAsyncDisposable
{
    private const int WaitingMax = 65_536;
    private const int BatchMax = 512;
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly JournalFolder _folder;
    private readonly long _bytesMax;
    private readonly GateAlarms _alarms;
    private readonly TimeProvider _time;
    private readonly SegmentWriter _writer;
    private readonly SemaphoreSlim _wake = new(0, int.MaxValue);
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writing;
    private readonly List<Waiting> _waiting = [];
    private long _sequence;
    private long _lost;
    private long _bytes;
    private volatile bool _refused;
    private volatile bool _stalled;

    public ScanJournal(JournalFolder folder, long bytesMax, GateAlarms alarms, TimeProvider time)
    {
        (_folder, _bytesMax, _alarms, _time) = (folder, bytesMax, alarms, time);
        Id = new Guid(RandomNumberGenerator.GetBytes(16), bigEndian: true);
        _bytes = folder.Bytes;
        _writer = new SegmentWriter(folder.Path, time.GetUtcNow().ToUnixTimeMilliseconds(), Id);
        _writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Identity of this run's journal.</summary>
    public Guid Id { get; }

    /// <summary>Called when scans came to be on the disk.</summary>
    public event Action? Written;

    /// <summary>Scans that were answered and never reached the disk.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Appends a scan.</summary>
    /// <returns>
    /// Whether it is on the disk, once that is known; false at once where the disk refuses for now: it is written as
    /// soon as the disk takes it.
    /// </returns>
    public Task<bool> AppendAsync(OfflineScan scan)
    {
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

    /// <summary>Somebody waited too long: nobody waits from now on until the disk has written again.</summary>
    public void Stalled(string text)
    {
        _stalled = true;
        _alarms.Raise(GateAlarm.JournalSlow, text);
    }

    /// <summary>Writes what is left, then ends.</summary>
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

    private async Task WriteAllAsync()
    {
        while (true)
        {
            await _wake.WaitAsync();
            List<Waiting> batch;
            lock (_lock)
            {
                batch = _waiting[..Math.Min(BatchMax, _waiting.Count)];
                _waiting.RemoveRange(0, batch.Count);
            }

            if (batch.Count > 0 && !TryWrite(batch))
            {
                Return(batch);
                await Task.Delay(RetryPause, _time, _stop.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _wake.Release();
            }

            if (_stop.IsCancellationRequested && (batch.Count == 0 || _refused))
            {
                CountUnwritten();
                return;
            }
        }
    }

    private bool TryWrite(List<Waiting> batch)
    {
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

        (_refused, _stalled) = (false, false);
        _alarms.Clear(GateAlarm.JournalRefused);
        _alarms.Clear(GateAlarm.JournalSlow);
        batch.ForEach(one => one.Written.TrySetResult(true));
        Written?.Invoke();
        return true;
    }

    private void MakeRoom(int bytes)
    {
        if (_bytes + bytes <= _bytesMax)
        {
            return;
        }

        _folder.Prune(Id, DateTimeOffset.MaxValue);
        _bytes = _folder.Bytes;
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

    private void Return(List<Waiting> batch)
    {
        lock (_lock)
        {
            _waiting.InsertRange(0, batch);
        }
    }

    private sealed record Waiting(long Sequence, byte[] Record)
    {
        public TaskCompletionSource<bool> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
