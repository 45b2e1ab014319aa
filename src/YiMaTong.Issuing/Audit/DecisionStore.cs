using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using YiMaTong.Contracts.Audit.V1;

namespace YiMaTong.Issuing.Audit;

/// <summary>
/// Keeps decision records. A run is stored in one transaction, and what is there already stays as it is, so a run may
/// be sent again after any failure. Thread-safe.
/// </summary>
internal sealed class DecisionStore(DecisionDatabase database, TimeProvider time)
{
    // Rows of one statement: 17 values each, below SQLite's limit of 32,766.
    private const int RowsMax = 250;

    private const int FoundMax = 100;

    private static readonly string[] Columns =
    [
        "journal_id", "sequence", "at", "decision_id", "merchant_id", "mac_id", "scene_id", "handle", "told", "cause",
        "decision", "code_type", "tags", "fields", "data_revision", "lost_count", "lost_from",
    ];

    private static readonly string FullStatement = Statement(RowsMax);

    /// <summary>Stores a run of records, those that are new.</summary>
    /// <returns>Highest sequence of the run.</returns>
    public async Task<long> Append(AppendDecisionsRequest run, CancellationToken cancellationToken)
    {
        await using var lease = await database.OpenAsync(cancellationToken);
        var db = lease.Db;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var journal = await JournalOf(db, run, cancellationToken);
        for (var at = 0; at < run.Records.Count; at += RowsMax)
        {
            await Insert(db, transaction, run, journal, at, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        database.EnsureInPlace();
        return (long)run.FirstSequence + run.Records.Count - 1;
    }

    /// <summary>Records of one decision, oldest first: a repeated scan made one of its own. At most 100.</summary>
    public async Task<List<DecisionRow>> Find(byte[] decisionId, CancellationToken cancellationToken)
    {
        await using var lease = await database.OpenAsync(cancellationToken);
        var db = lease.Db;
        return await db.Decisions.AsNoTracking().Where(row => row.DecisionId == decisionId)
            .OrderBy(row => row.At).Take(FoundMax).ToListAsync(cancellationToken);
    }

    /// <summary>Deletes records from before an instant, in short transactions.</summary>
    /// <returns>Number of records deleted.</returns>
    public async Task<long> DeleteBefore(DateTimeOffset instant, CancellationToken cancellationToken)
    {
        const int Step = 5_000;
        await using var lease = await database.OpenAsync(cancellationToken);
        var db = lease.Db;
        for (long total = 0; ;)
        {
            var deleted = await db.Database.ExecuteSqlAsync(
                $"""
                DELETE FROM decision WHERE (journal_id, sequence) IN (
                    SELECT journal_id, sequence FROM decision WHERE at < {instant.ToUnixTimeMilliseconds()}
                    ORDER BY at LIMIT {Step})
                """,
                cancellationToken);
            total += deleted;
            if (deleted < Step)
            {
                return total;
            }
        }
    }

    private async Task<int> JournalOf(
        DecisionDbContext db, AppendDecisionsRequest run, CancellationToken cancellationToken)
    {
        var identity = run.JournalId.ToByteArray();
        var known = await db.Journals.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Journal == identity, cancellationToken);
        if (known is null)
        {
            known = new() { Journal = identity, NodeId = run.NodeId, FirstSeenAt = time.GetUtcNow() };
            db.Journals.Add(known);
            await db.SaveChangesAsync(cancellationToken);
        }

        return known.Id;
    }

    private static async Task Insert(
        DecisionDbContext db, IDbContextTransaction transaction, AppendDecisionsRequest run, int journal, int from,
        CancellationToken cancellationToken)
    {
        var count = Math.Min(RowsMax, run.Records.Count - from);
        await using var command = (SqliteCommand)db.Database.GetDbConnection().CreateCommand();
        command.Transaction = (SqliteTransaction)transaction.GetDbTransaction();
#pragma warning disable CA2100 // The text is made of column names and numbered parameters alone.
        command.CommandText = count == RowsMax ? FullStatement : Statement(count);
#pragma warning restore CA2100
        for (var row = 0; row < count; row++)
        {
            var values = ValuesOf(run.Records[from + row], journal, (long)run.FirstSequence + from + row);
            for (var column = 0; column < values.Length; column++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"@p{(row * Columns.Length) + column}");
                command.Parameters.AddWithValue(name, values[column] ?? DBNull.Value);
            }
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static object?[] ValuesOf(DecisionRecord record, int journal, long sequence) =>
    [
        journal, sequence, record.AtMs, record.DecisionId.IsEmpty ? null : record.DecisionId.ToByteArray(),
        record.MerchantId, record.MacId, record.SceneId,
        record.SubjectHandle == 0 ? null : unchecked((long)record.SubjectHandle), (int)record.Told, (int)record.Cause,
        (int)record.Decision, (int)record.CodeType, unchecked((long)record.Tags), (int)record.Fields,
        unchecked((long)record.DataRevision), (long)(record.Lost?.Count ?? 0), record.Lost?.FromMs,
    ];

    private static string Statement(int rows)
    {
        var text = new StringBuilder($"INSERT INTO decision ({string.Join(", ", Columns)}) VALUES ");
        for (var row = 0; row < rows; row++)
        {
            text.Append(row == 0 ? "(" : ", (");
            for (var column = 0; column < Columns.Length; column++)
            {
                text.Append(
                    CultureInfo.InvariantCulture, $"{(column == 0 ? "" : ", ")}@p{(row * Columns.Length) + column}");
            }

            text.Append(')');
        }

        return text.Append(" ON CONFLICT (journal_id, sequence) DO NOTHING").ToString();
    }
}
