using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace YiMaTong.Issuing.Storage;

/// <summary>
/// A transaction that sees one state of the database from its first query to its end and keeps no writer waiting. On
/// SQLite that is a deferred one: what EF Core begins by itself there takes the write lock. Used by one caller at a
/// time.
/// </summary>
internal sealed class ReadTransaction : IAsyncDisposable
{
    private readonly IssuingDbContext _db;
    private readonly DbTransaction? _deferred;
    private readonly IDbContextTransaction? _transaction;

    private ReadTransaction(IssuingDbContext db, DbTransaction? deferred, IDbContextTransaction? transaction)
    {
        _db = db;
        _deferred = deferred;
        _transaction = transaction;
    }

    public static async Task<ReadTransaction> Begin(IssuingDbContext db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        if (db.Database.GetDbConnection() is not SqliteConnection connection)
        {
            var begun = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            return new ReadTransaction(db, null, begun);
        }

        var deferred = connection.BeginTransaction(deferred: true);
        await db.Database.UseTransactionAsync(deferred, cancellationToken);
        return new ReadTransaction(db, deferred, null);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_transaction is not null)
        {
            await _transaction.DisposeAsync();
        }

        if (_deferred is not null)
        {
            await _db.Database.UseTransactionAsync(null);
            await _deferred.DisposeAsync();
        }

        await _db.Database.CloseConnectionAsync();
    }
}
