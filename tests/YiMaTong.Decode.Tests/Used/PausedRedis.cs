using StackExchange.Redis;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests.Used;

/// <summary>A shared store that takes as long as a test wants.</summary>
internal sealed class PausedRedis(RedisServer server, ConnectionMultiplexer admin) : IAsyncDisposable
{
    public string Address => server.Address;

    public static async Task<PausedRedis> Start(CancellationToken cancellation)
    {
        var server = await RedisServer.Start(cancellation);
        return new(server, await ConnectionMultiplexer.ConnectAsync(server.Address + ",allowAdmin=true"));
    }

    /// <summary>Claims wait from now on.</summary>
    public Task Pause() => admin.GetDatabase().ExecuteAsync("CLIENT", "PAUSE", "60000", "WRITE");

    /// <summary>Claims are answered.</summary>
    public Task GoOn() => admin.GetDatabase().ExecuteAsync("CLIENT", "UNPAUSE");

    /// <summary>The life of all that is in it is over.</summary>
    public Task Forget() => admin.GetServers()[0].FlushDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        await admin.DisposeAsync();
        await server.DisposeAsync();
    }
}
