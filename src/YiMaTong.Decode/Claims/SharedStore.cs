using StackExchange.Redis;

namespace YiMaTong.Decode.Claims;

/// <summary>
/// Claims in a Redis: the first to set a key has it. A claim is asked for once and its time is bounded; after a few
/// failures in a row nobody waits, and one caller in each interval tries whether the store is back. Thread-safe.
/// </summary>
internal sealed class SharedStore : IDisposable
{
    // A single late answer is no outage.
    private const int FailuresMax = 3;

    private readonly ConnectionMultiplexer _connection;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _retry;
    private int _failures;
    private long _triedAt;

    /// <summary>Connects; a store that is away is looked for in the background.</summary>
    public SharedStore(SharedOptions options, TimeProvider time, ILogger<SharedStore> logger)
    {
        (_time, _logger) = (time, logger);
        _timeout = TimeSpan.FromMilliseconds(options.TimeoutMs);
        _retry = TimeSpan.FromMilliseconds(options.RetryMs);
        var redis = ConfigurationOptions.Parse(options.Redis);
        redis.AbortOnConnectFail = false;
        redis.BacklogPolicy = BacklogPolicy.FailFast;
        redis.ConnectTimeout = 1_000;
        redis.ReconnectRetryPolicy = new LinearRetry(options.RetryMs);
        _connection = ConnectionMultiplexer.Connect(redis);
    }

    /// <summary>Whether nobody waits for the store now.</summary>
    public bool Away => Volatile.Read(ref _failures) >= FailuresMax;

    /// <summary>Sets a key that nobody has, or reads what its holder wrote.</summary>
    /// <returns>The holder's value, the caller's own where it claimed; null where the store does not answer.</returns>
    public ValueTask<byte[]?> Claim(string key, byte[] value, TimeSpan life) =>
        Ask(store => Claim(store, key, value, life));

    /// <summary>Reads what a key's holder wrote.</summary>
    /// <returns>Null where nobody holds it, or the store does not answer.</returns>
    public ValueTask<byte[]?> Read(string key) => Ask(async store => (byte[]?)await store.StringGetAsync(key));

    /// <summary>Puts a value in place of another, where that still stands there.</summary>
    /// <returns>Whether it did; null where the store does not answer.</returns>
    public ValueTask<bool?> TryExchange(string key, byte[] held, byte[] value, TimeSpan life) =>
        Ask<bool?>(async store =>
        {
            var exchange = store.CreateTransaction();
#pragma warning disable SER301 // The one command for it needs Redis 8.4, which few have.
            _ = exchange.AddCondition(Condition.StringEqual(key, held));
#pragma warning restore SER301
            _ = exchange.StringSetAsync(key, value, life);
            return await exchange.ExecuteAsync();
        });

    /// <summary>Gives a claim up that the caller has. Best effort: otherwise it ends with its life.</summary>
    public void Release(string key, byte[] value)
    {
        if (!Away)
        {
            _ = _connection.GetDatabase().LockReleaseAsync(key, value, CommandFlags.FireAndForget);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _connection.Dispose();

    private static async Task<byte[]?> Claim(IDatabase store, string key, byte[] value, TimeSpan life)
    {
        if (await store.StringSetAsync(key, value, life, When.NotExists))
        {
            return value;
        }

        // Null where the claim ended this very moment: the caller is told to come again.
        return await store.StringGetAsync(key);
    }

    private async ValueTask<TAnswer?> Ask<TAnswer>(Func<IDatabase, Task<TAnswer?>> ask)
    {
        if (Away && !MayTry())
        {
            return default;
        }

        try
        {
            var answer = await ask(_connection.GetDatabase()).WaitAsync(_timeout, _time);
            Answered();
            return answer;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            Failed(e.GetType().Name);
            return default;
        }
    }

    private bool MayTry()
    {
        var triedAt = Volatile.Read(ref _triedAt);
        var now = _time.GetTimestamp();
        return _time.GetElapsedTime(triedAt, now) >= _retry
            && Interlocked.CompareExchange(ref _triedAt, now, triedAt) == triedAt;
    }

    private void Answered()
    {
        if (Interlocked.Exchange(ref _failures, 0) >= FailuresMax)
        {
            SharedLog.Back(_logger);
        }
    }

    private void Failed(string cause)
    {
        Volatile.Write(ref _triedAt, _time.GetTimestamp());
        if (Interlocked.Increment(ref _failures) == FailuresMax)
        {
            SharedLog.Away(_logger, cause);
        }
    }
}
