using Google.Protobuf;
using StackExchange.Redis;
using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Perf;

namespace YiMaTong.Peers.Stores;

/// <summary>Redis or Garnet: one multiplexed connection, a GET a scan.</summary>
internal sealed class RedisStore(string address) : ISubjectStore
{
    private const int BatchSize = 2_000;

    private readonly ConnectionMultiplexer _connection = ConnectionMultiplexer.Connect(address);

    public void Fill(City city)
    {
        var database = _connection.GetDatabase();
        var record = new SubjectRecord();
        var batch = new KeyValuePair<RedisKey, RedisValue>[BatchSize];
        for (var start = 0; start < city.Subjects; start += BatchSize)
        {
            var count = Math.Min(BatchSize, city.Subjects - start);
            for (var i = 0; i < count; i++)
            {
                CityFeed.Fill(record, start + i);
                batch[i] = new(Key(record.Handle), record.ToByteArray());
            }

            if (!database.StringSet(batch.AsSpan(0, count).ToArray()))
            {
                throw new InvalidOperationException("the store refused to be filled");
            }
        }
    }

    public async ValueTask<SubjectRecord?> Read(ulong handle)
    {
        var value = await _connection.GetDatabase().StringGetAsync(Key(handle));
        return value.IsNull ? null : SubjectRecord.Parser.ParseFrom((byte[])value!);
    }

    private static RedisKey Key(ulong handle) => BitConverter.GetBytes(handle);
}
