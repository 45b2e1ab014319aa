using YiMaTong.Codes.Storage;

namespace YiMaTong.Issuing.Emergency;

/// <summary>Puts a file on the disk whole or not at all; a content of null deletes it.</summary>
internal delegate void PutFile(string path, byte[]? content);

/// <summary>
/// Writes the files of emergency codes behind those who decide, so that no revocation waits for a disk. Invariants: of
/// each file the newest content is written, in the order in which contents came; what the disk refuses stays in hand
/// and is tried again each second. A disk that hangs holds up its thread alone. Thread-safe.
/// </summary>
internal sealed class EmergencyDisk : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // What an operator's call waits for a disk before it answers that something is not there yet.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, byte[]?> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly AutoResetEvent _work = new(false);
    private readonly PutFile _put;
    private readonly ILogger<EmergencyDisk> _log;
    private readonly Task _running;
    private TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopped;

    /// <summary>Starts its thread.</summary>
    /// <param name="put">Puts a file on the disk; refuses as <see cref="DiskFault"/> tells.</param>
    /// <param name="log">The log.</param>
    public EmergencyDisk(PutFile put, ILogger<EmergencyDisk> log)
    {
        (_put, _log) = (put, log);
        _settled.SetResult();
        _running = Task.Factory.StartNew(
            Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Names of the files that are not on the disk as they should be, without their folder.</summary>
    public IReadOnlyList<string> Behind
    {
        get
        {
            lock (_gate)
            {
                return [.. _waiting.Keys.Select(path => Path.GetFileName(path))];
            }
        }
    }

    /// <summary>Has a file written.</summary>
    public void Write(string path, byte[] content) => Take(path, content);

    /// <summary>Has a file deleted; one that is not there stays so.</summary>
    public void Delete(string path) => Take(path, null);

    /// <summary>Waits until everything is on the disk, for 2 s at most.</summary>
    /// <returns>Names of the files that are not; empty where all is well.</returns>
    public async Task<IReadOnlyList<string>> SettleAsync(CancellationToken cancellationToken)
    {
        Task settled;
        lock (_gate)
        {
            settled = _settled.Task;
        }

        await settled.WaitAsync(Patience, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return Behind;
    }

    /// <summary>Stops, after what is in hand where the disk takes it within 5 s.</summary>
    public void Dispose()
    {
        _stopped = true;
        _work.Set();
#pragma warning disable VSTHRD002 // Its own thread, which waits for nobody.
        if (_running.Wait(Farewell))
        {
            _work.Dispose();
        }
#pragma warning restore VSTHRD002
    }

    private void Take(string path, byte[]? content)
    {
        lock (_gate)
        {
            _waiting.Remove(path);
            _waiting.Add(path, content);
            if (_settled.Task.IsCompleted)
            {
                _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        _work.Set();
    }

    private void Run()
    {
        while (true)
        {
            var allTaken = true;
            foreach (var (path, content) in Waiting())
            {
                allTaken &= TryPut(path, content);
            }

            if (_stopped && (!allTaken || Waiting().Count == 0))
            {
                return;
            }

            // What was given meanwhile is taken at once, what was refused after a while.
            if (!allTaken)
            {
                _work.WaitOne(RetryAfter);
            }
            else if (Waiting().Count == 0)
            {
                _work.WaitOne();
            }
        }
    }

    private List<KeyValuePair<string, byte[]?>> Waiting()
    {
        lock (_gate)
        {
            return [.. _waiting];
        }
    }

    private bool TryPut(string path, byte[]? content)
    {
        try
        {
            _put(path, content);
        }
        catch (Exception failure) when (DiskFault.Is(failure))
        {
            // Said once for each file that stays refused.
            if (_refused.Add(path))
            {
                _log.NotWritten(Path.GetFileName(path), failure.GetType().Name);
            }

            return false;
        }

        if (_refused.Remove(path))
        {
            var name = Path.GetFileName(path);
            _log.Written(name);
        }

        lock (_gate)
        {
            if (_waiting.TryGetValue(path, out var newest) && newest == content)
            {
                _waiting.Remove(path);
            }

            if (_waiting.Count == 0)
            {
                _settled.TrySetResult();
            }
        }

        return true;
    }
}
