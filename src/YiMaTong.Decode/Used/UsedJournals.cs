using System.Security.Cryptography;
using YiMaTong.Codes.Storage;

namespace YiMaTong.Decode.Used;

/// <summary>
/// What the node remembers of used codes and seen requests beyond its own life, the key under which it knows scans
/// again, and the one thread that keeps the files. Thread-safe.
/// </summary>
internal sealed class UsedJournals : IDisposable
{
    private const string LockFile = "used.lock";
    private const string KeyFile = "scan.key";
    private const int KeyBytes = 32;
    private const int IdleMs = 500;

    // A sync that takes so long is worth an alarm: a machine that loses power meanwhile forgets.
    private static readonly TimeSpan TendingMax = TimeSpan.FromSeconds(1);

    private readonly UsedJournal[] _journals = [];
    private readonly OwnedFolder? _folder;
    private readonly WriteTurns? _turns;
    private readonly UsedOptions _options = new();
    private readonly ILogger? _logger;
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly AutoResetEvent _wake = new(false);
    private readonly ManualResetEvent _stop = new(false);
    private readonly Thread? _thread;
    private long _tendingSince;
    private int _asleep;

    private UsedJournals()
    {
        (Codes, Requests, Sessions) = (new NoUsedJournal(), new NoUsedJournal(), new NoUsedJournal());
        ScanKey = RandomNumberGenerator.GetBytes(KeyBytes);
    }

    /// <summary>Opens the folder.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="decode">The node's settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Gets changes of state.</param>
    /// <param name="write">Writes to a file; null for the ordinary way.</param>
    /// <exception cref="IOException">The folder cannot be written, or another process uses it.</exception>
    public UsedJournals(
        UsedOptions options, DecodeOptions decode, TimeProvider time, ILogger<UsedJournals> logger,
        WriteAt? write = null)
    {
        (_options, _time, _logger) = (options, time, logger);
        _folder = new(options.Folder, LockFile);
        _turns = new(WriteTurns.Places, TimeSpan.FromMilliseconds(options.HeldMs), time);
        var disk = new UsedDisk(_folder.Path, _turns, write ?? RandomAccess.Write);
        var keyPath = Path.Combine(_folder.Path, KeyFile);
        var ranBefore = File.Exists(keyPath);
        ScanKey = ReadKey(keyPath, logger);
        _journals =
        [
            New("codes", decode.SingleUseLifeSeconds, decode.SkewSeconds),
            New("requests", 2 * decode.RequestWindowSeconds, decode.RequestWindowSeconds),
            New("sessions", 2 * decode.RequestWindowSeconds, decode.RequestWindowSeconds),
        ];
        (Codes, Requests, Sessions) = (_journals[0], _journals[1], _journals[2]);
        _thread = new Thread(Run) { Name = "used journal", IsBackground = true };
        _thread.Start();

        UsedJournal New(string name, int lifeSeconds, int aheadSeconds) => new(
            name, disk, TimeSpan.FromSeconds(lifeSeconds), aheadSeconds, ranBefore, time, logger, Notify);
    }

    /// <summary>Codes of single use that were let in.</summary>
    public IUsedJournal Codes { get; }

    /// <summary>Signed requests of B.4 that were answered.</summary>
    public IUsedJournal Requests { get; }

    /// <summary>Signed requests that opened a session.</summary>
    public IUsedJournal Sessions { get; }

    /// <summary>The secret 32 bytes under which scans are known again, the same after a restart.</summary>
    public byte[] ScanKey { get; }

    /// <summary>Whether the disk refuses or hangs.</summary>
    public bool Trouble => Array.Exists(_journals, journal => journal.Trouble) || _turns is { Held: true }
        || (Volatile.Read(ref _tendingSince) is var since and not 0 && _time.GetElapsedTime(since) > TendingMax);

    /// <summary>Whether something waits to be written or synced.</summary>
    public bool Busy => Array.Exists(_journals, journal => journal.IsBusy) || Volatile.Read(ref _tendingSince) != 0;

    /// <summary>Uses that a restart forgets, since the start.</summary>
    public long Lost => _journals.Sum(journal => journal.Lost);

    /// <summary>Slots found damaged at the start.</summary>
    public long Damaged => _journals.Sum(journal => journal.Damaged);

    /// <summary>Journals that keep nothing.</summary>
    public static UsedJournals Off() => new();

    /// <summary>Syncs and ends. A disk that hangs is waited for no longer than the settings say.</summary>
    public void Dispose()
    {
        if (_thread is null || _stop.WaitOne(0))
        {
            return;
        }

        _stop.Set();
        _wake.Set();
        if (_thread.Join(_options.StopMs))
        {
            _folder?.Dispose();
        }
        else
        {
            // The thread is in the disk's hands; the process's end frees what it holds.
            UsedLog.HeldAtStop(_logger!, _options.StopMs, _journals.Sum(journal => journal.Waiting));
        }
    }

    private static byte[] ReadKey(string path, ILogger logger)
    {
        try
        {
            return NodeKeyFile.ReadOrCreate(path);
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            UsedLog.NoKey(logger, e);
            return RandomNumberGenerator.GetBytes(KeyBytes);
        }
    }

    /// <summary>
    /// Tells the thread that there is something to sync. The fence orders what was written before the look at the flag,
    /// as the thread sets the flag before it looks at the files: one of the two always sees the other.
    /// </summary>
    private void Notify()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _asleep) != 0 && Interlocked.Exchange(ref _asleep, 0) != 0)
        {
            _wake.Set();
        }
    }

    private void Run()
    {
        while (!_stop.WaitOne(0))
        {
            Sleep();
            var refused = Array.Exists(_journals, journal => journal.RefusesFiles);
            _ = _stop.WaitOne(refused ? _options.RetryMs : _options.SyncMs);
            foreach (var journal in _journals)
            {
                Try(journal.Tend);
            }
        }

        foreach (var journal in _journals)
        {
            Try(journal.Dispose);
        }
    }

    // Whatever comes up with one file must not end the keeping of all others.
    private void Try(Action tend)
    {
        Volatile.Write(ref _tendingSince, _time.GetTimestamp());
        try
        {
            tend();
        }
        catch (Exception e)
        {
            UsedLog.Failed(_logger!, e);
        }

        Volatile.Write(ref _tendingSince, 0);
    }

    private void Sleep()
    {
        Volatile.Write(ref _asleep, 1);
        Interlocked.MemoryBarrier();
        if (!Array.Exists(_journals, journal => journal.IsBusy))
        {
            _ = _wake.WaitOne(IdleMs);
        }

        Volatile.Write(ref _asleep, 0);
    }
}
