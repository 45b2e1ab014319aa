using Google.Protobuf;
using Npgsql;
using NpgsqlTypes;
using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Perf;

namespace YiMaTong.Peers.Stores;

/// <summary>PostgreSQL: a pool of connections, a prepared look-up by primary key a scan.</summary>
internal sealed class PostgresStore : ISubjectStore
{
    private readonly NpgsqlDataSource _source;

    public PostgresStore(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 4,
            AutoPrepareMinUsages = 1,
            MaxPoolSize = 32,
            NoResetOnClose = true,
        };
        _source = NpgsqlDataSource.Create(settings);
    }

    public void Fill(City city)
    {
        using var connection = _source.OpenConnection();
        Execute(connection, "create table subjects (handle bigint not null, record bytea not null)");
        using (var writer = connection.BeginBinaryImport("copy subjects (handle, record) from stdin (format binary)"))
        {
            var record = new SubjectRecord();
            for (var index = 0; index < city.Subjects; index++)
            {
                CityFeed.Fill(record, index);
                writer.StartRow();
                writer.Write((long)record.Handle, NpgsqlDbType.Bigint);
                writer.Write(record.ToByteArray(), NpgsqlDbType.Bytea);
            }

            writer.Complete();
        }

        Execute(connection, "alter table subjects add primary key (handle)");
        Execute(connection, "analyze subjects");
    }

    public async ValueTask<SubjectRecord?> Read(ulong handle)
    {
        await using var command = _source.CreateCommand("select record from subjects where handle = $1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = (long)handle });
        return await command.ExecuteScalarAsync() is byte[] record ? SubjectRecord.Parser.ParseFrom(record) : null;
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        _ = command.ExecuteNonQuery();
    }
}
