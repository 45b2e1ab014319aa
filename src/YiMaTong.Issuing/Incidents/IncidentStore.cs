using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Codes.Storage;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Incidents;

/// <summary>
/// Keeps the board beyond a restart: in a small file and in the database, either of which is enough. What one of them
/// refused is written at a later call. Each is written behind those who call, so that a disk that hangs holds up
/// neither the other nor the watch of health. Thread-safe.
/// </summary>
internal sealed class IncidentStore : IDisposable
{
    // What an operator's call waits before it answers that something is not kept yet.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly IncidentBoard _board;
    private readonly IncidentFile _file;
    private readonly IDbContextFactory<IssuingDbContext> _contexts;
    private readonly ChangeWriter _writer;
    private readonly TimeProvider _time;
    private readonly ILogger<IncidentStore> _log;
    private readonly WriteBehind _toFile;
    private readonly WriteBehind _toDatabase;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, long> _stored = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<Incident>? _inFile;
    private volatile IReadOnlyList<Incident>? _inDatabase;
    private Task? _asked;
    private bool _isHeld;

    public IncidentStore(
        IncidentBoard board, IncidentFile file, IDbContextFactory<IssuingDbContext> contexts, ChangeWriter writer,
        TimeProvider time, ILogger<IncidentStore> log)
    {
        (_board, _file, _contexts, _writer, _time, _log) = (board, file, contexts, writer, time, log);
        _toFile = new(() => TryAsync(all => Task.FromResult(WriteFile(all))));
        _toDatabase = new(() => TryAsync(WriteDatabase));
    }

    /// <summary>Reads what was kept onto the board. A place that cannot be read is logged and left out.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _board.Merge(ReadFile());
            _board.Merge(await ReadDatabase(cancellationToken));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Has what is not kept yet written, and waits for nothing; costs nothing where all is. For one caller, a round of
    /// the watch.
    /// </summary>
    public void Save()
    {
        // What one round asked for is not done by the next.
        var isHeld = _asked is { IsCompleted: false };
        if (isHeld && !_isHeld)
        {
            _log.FileNotWritten("the disk hangs");
        }

        _isHeld = isHeld;
        (_asked, _) = Ask();
    }

    /// <summary>Has what is not kept yet written, and waits for it for 2 s at most.</summary>
    /// <returns>Whether file or database is known to hold everything that is on the board.</returns>
    public async Task<bool> SaveAsync(CancellationToken cancellationToken)
    {
        var (filed, stored) = Ask();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var patience = Task.Delay(Patience, _time, ended.Token);
        await Task.WhenAny(stored, patience);
        if (!IsDone(stored))
        {
            await Task.WhenAny(filed, patience);
        }

        await ended.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return IsDone(stored) || IsDone(filed);

        static bool IsDone(Task<bool> write) => write is { IsCompletedSuccessfully: true, Result: true };
    }

    /// <summary>Ends after what was asked for, where disk and database take it within 5 s each.</summary>
    public void Dispose()
    {
        if (_toFile.Wait(Farewell) & _toDatabase.Wait(Farewell))
        {
            _turn.Dispose();
        }
    }

    private static bool Keeps(IReadOnlyList<Incident>? kept, IReadOnlyList<Incident> all) =>
        all.Count == 0 || ReferenceEquals(kept, all);

    private (Task<bool> Filed, Task<bool> Stored) Ask()
    {
        var all = _board.All;
        return (Keeps(_inFile, all) ? Task.FromResult(true) : _toFile.Ask(),
            Keeps(_inDatabase, all) ? Task.FromResult(true) : _toDatabase.Ask());
    }

    // What comes up in the background is nobody's to catch.
    private async Task<bool> TryAsync(Func<IReadOnlyList<Incident>, Task<bool>> write)
    {
        try
        {
            return await write(_board.All);
        }
        catch (Exception failure)
        {
            _log.RoundFailed("keeping incidents", Fault.Describe(failure));
            return false;
        }
    }

    private IReadOnlyList<Incident> ReadFile()
    {
        try
        {
            return _file.Read();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            _log.FileNotRead(failure.GetType().Name);
            return [];
        }
    }

    private async Task<IReadOnlyList<Incident>> ReadDatabase(CancellationToken cancellationToken)
    {
        try
        {
            await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
            var rows = await db.Incidents.AsNoTracking()
                .OrderByDescending(row => row.ClosedAt == null)
                .ThenByDescending(row => row.OpenedAt)
                .Take(IncidentBoard.Capacity)
                .ToListAsync(cancellationToken);
            rows.ForEach(row => _stored[row.IncidentId] = row.Version);
            return [.. rows.Select(Incident.Of)];
        }
        catch (Exception failure) when (DatabaseFile.Explain(failure) is { } reason)
        {
            _log.DatabaseRefused(reason);
            return [];
        }
    }

    private bool WriteFile(IReadOnlyList<Incident> all)
    {
        if (Keeps(_inFile, all))
        {
            return true;
        }

        try
        {
            _file.Write(all);
            _inFile = all;
            return true;
        }
        catch (Exception failure) when (DiskFault.Is(failure))
        {
            _log.FileNotWritten(failure.GetType().Name);
            return false;
        }
    }

    private async Task<bool> WriteDatabase(IReadOnlyList<Incident> all)
    {
        await _turn.WaitAsync();
        try
        {
            var isStored = await WriteMissing(all);
            _inDatabase = isStored ? all : _inDatabase;
            return isStored;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<bool> WriteMissing(IReadOnlyList<Incident> all)
    {
        var missing = all.Where(incident => _stored.GetValueOrDefault(incident.Id) < incident.Version).ToList();
        if (missing.Count == 0)
        {
            return true;
        }

        try
        {
            await _writer.WriteAsync(unit => Put(unit.Db, missing));
            missing.ForEach(incident => _stored[incident.Id] = incident.Version);
            return true;
        }
        catch (Exception failure) when (DatabaseFile.Explain(failure) is { } reason)
        {
            _log.DatabaseRefused(reason);
            return false;
        }
    }

    private static async Task Put(IssuingDbContext db, IReadOnlyList<Incident> incidents)
    {
        foreach (var incident in incidents)
        {
            var row = await db.Incidents.FindAsync(incident.Id);
            if (row is null)
            {
                row = new IncidentRow { IncidentId = incident.Id };
                db.Incidents.Add(row);
            }

            if (row.Version < incident.Version)
            {
                incident.CopyTo(row);
            }
        }
    }
}
