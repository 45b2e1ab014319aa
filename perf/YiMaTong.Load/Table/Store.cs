using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using YiMaTong.Load.Servers;
using YiMaTong.Testing;

namespace YiMaTong.Load.Table;

/// <summary>A store in another process, on the servers' core: a service and its store share what the node has alone.
/// </summary>
internal sealed class Store : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private readonly Server _server;

    private Store(string handler, string address, Server server) =>
        (Handler, Address, _server) = (handler, address, server);

    /// <summary>Name of the peer's handler.</summary>
    public string Handler { get; }

    /// <summary>Where the peer finds it.</summary>
    public string Address { get; }

    /// <summary>Redis without persistence, as a cache is run.</summary>
    public static async Task<Store> Redis(Rig rig)
    {
        var port = FreePort.Take(1)[0];
        var server = rig.Bench.Other(
            "redis.log",
            ["redis-server", "--port", Text(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        return await Listening(new Store("redis", $"127.0.0.1:{port}", server), port);
    }

    /// <summary>Garnet in memory.</summary>
    public static async Task<Store> Garnet(Rig rig)
    {
        var port = FreePort.Take(1)[0];
        var server = rig.Bench.Other(
            "garnet.log",
            [
                "bash", "-c",
                $"cd '{rig.Bench.Repository}' && exec dotnet tool run garnet-server -- --port {port} "
                    + "--bind 127.0.0.1 -m 2g",
            ]);
        return await Listening(new Store("redis", $"127.0.0.1:{port}", server), port);
    }

    /// <summary>PostgreSQL in a new cluster. It refuses to run as root, so root starts it as postgres.</summary>
    public static async Task<Store> Postgres(Rig rig)
    {
        var port = FreePort.Take(1)[0];
        var data = System.IO.Directory.CreateTempSubdirectory("yimatong-postgres-").FullName;
        var root = Environment.UserName == "root";
        string[] prefix = root ? ["runuser", "-u", "postgres", "--"] : [];
        var bin = System.IO.Directory.EnumerateDirectories("/usr/lib/postgresql").Order().Last() + "/bin";
        if (root)
        {
            await Run(["chown", "postgres", data]);
        }

        await Run([.. prefix, $"{bin}/initdb", "-D", $"{data}/cluster", "-U", "postgres", "-A", "trust"]);
        var server = rig.Bench.Other(
            "postgres.log",
            [
                .. prefix, $"{bin}/postgres", "-D", $"{data}/cluster", "-p", Text(port), "-c",
                "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={data}", "-c", "shared_buffers=1GB",
            ]);
        var store = new Store(
            "postgres", $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres", server)
        { _data = data };
        return await Listening(store, port);
    }

    private string? _data;

    public void Dispose()
    {
        _server.Dispose();
        if (_data is not null)
        {
            System.IO.Directory.Delete(_data, recursive: true);
        }
    }

    private static async Task Run(string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        })!;
        _ = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new IOException($"{string.Join(' ', command)} ended with code {process.ExitCode}");
        }
    }

    private static async Task<Store> Listening(Store store, int port)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begun) < StartLimit)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port);

                // PostgreSQL listens a moment before it takes connections.
                await Task.Delay(500);
                return store;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        store.Dispose();
        throw new TimeoutException($"{store.Handler} does not listen after {StartLimit.TotalSeconds:0} s");
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
