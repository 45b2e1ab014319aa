namespace YiMaTong.Testing;

/// <summary>A Redis of its own at a socket, which keeps nothing on the disk.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly TempDirectory _folder = new("yimatong-redis-");
    private ManagedProcess? _process;

    /// <summary>Its address in the form of StackExchange.Redis.</summary>
    public string Address => "!" + Socket;

    private string Socket => _folder.Combine("redis.sock");

    /// <summary>Starts one.</summary>
    public static async Task<RedisServer> Start(CancellationToken cancellationToken)
    {
        var server = new RedisServer();
        await server.Begin(cancellationToken);
        return server;
    }

    /// <summary>Starts it, empty.</summary>
    public async Task Begin(CancellationToken cancellationToken)
    {
        _process = ManagedProcess.Start(
            "redis-server",
            ["--port", "0", "--unixsocket", Socket, "--save", "", "--appendonly", "no", "--dir", _folder.Path]);
        await _process.WaitForLine(
            line => line.Contains("eady to accept", StringComparison.Ordinal),
            TimeSpan.FromSeconds(20), cancellationToken);
    }

    /// <summary>Kills it: it forgets everything.</summary>
    public async Task Kill()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
            _process = null;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Kill();
        _folder.Dispose();
    }
}
