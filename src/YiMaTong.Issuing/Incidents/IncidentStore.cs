using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Incidents;

/// <summary>
/// Keeps the board beyond a restart: in a small file and in the database, either of which is enough. What one of them
/// refused is written at a later call. Thread-safe: calls follow one another.
/// </summary>
internal sealed class IncidentStore(
    IncidentBoard board, IncidentFile file, IDbContextFactory<IssuingDbContext> contexts, ChangeWriter writer,
    ILogger<IncidentStore> log) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, long> _stored = new(StringComparer.Ordinal);
    private IReadOnlyList<Incident>? _filed;

    /// <summary>Reads what was kept onto the board. A place that cannot be read is logged and left out.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            board.Merge(ReadFile());
            board.Merge(await ReadDatabase(cancellationToken));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Writes what is not kept yet; costs nothing where all is.</summary>
    /// <returns>Whether file or database holds everything that is on the board.</returns>
    public async Task<bool> SaveAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var all = board.All;
            var filed = WriteFile(all);
            return await WriteDatabase(all, cancellationToken) || filed;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private IReadOnlyList<Incident> ReadFile()
    {
        try
        {
            return file.Read();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            log.FileNotRead(failure.GetType().Name);
            return [];
        }
    }

    private async Task<IReadOnlyList<Incident>> ReadDatabase(CancellationToken cancellationToken)
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
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
            log.DatabaseRefused(reason);
            return [];
        }
    }

    private bool WriteFile(IReadOnlyList<Incident> all)
    {
        if (ReferenceEquals(all, _filed) || (_filed is null && all.Count == 0))
        {
            return true;
        }

        try
        {
            file.Write(all);
            _filed = all;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.FileNotWritten(failure.GetType().Name);
            return false;
        }
    }

    private async Task<bool> WriteDatabase(IReadOnlyList<Incident> all, CancellationToken cancellationToken)
    {
        var missing = all.Where(incident => _stored.GetValueOrDefault(incident.Id) < incident.Version).ToList();
        if (missing.Count == 0)
        {
            return true;
        }

        try
        {
            await writer.WriteAsync(unit => Put(unit.Db, missing, cancellationToken), cancellationToken);
            missing.ForEach(incident => _stored[incident.Id] = incident.Version);
            return true;
        }
        catch (Exception failure) when (DatabaseFile.Explain(failure) is { } reason)
        {
            log.DatabaseRefused(reason);
            return false;
        }
    }

    private static async Task Put(
        IssuingDbContext db, IReadOnlyList<Incident> incidents, CancellationToken cancellationToken)
    {
        foreach (var incident in incidents)
        {
            var row = await db.Incidents.FindAsync([incident.Id], cancellationToken);
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
