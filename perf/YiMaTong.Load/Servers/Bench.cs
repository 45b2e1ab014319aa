using System.Globalization;
using YiMaTong.Perf;
using YiMaTong.Testing;

namespace YiMaTong.Load.Servers;

/// <summary>
/// Starts the servers of a measurement: the node and its peers on core 0, the feed beside the generator on core 1.
/// </summary>
internal sealed class Bench(string repository, string folder)
{
    private const int ServerCore = 0;
    private const int GeneratorCore = 1;
    private int _number;

    /// <summary>Folder of everything that a run writes.</summary>
    public string Folder => folder;

    /// <summary>The repository.</summary>
    public string Repository => repository;

    /// <summary>Built assembly of a project.</summary>
    public string Assembly(string room, string name) =>
        Path.Combine(repository, room, name, "bin", "Release", "net10.0", $"{name}.dll");

    /// <summary>A file or folder of its own.</summary>
    public string Own(string name) => Path.Combine(folder, $"{Interlocked.Increment(ref _number):D3}-{name}");

    /// <summary>Draws a city and starts its feed.</summary>
    public async Task<FollowedCity> Follow(int subjects)
    {
        var city = City.Create(subjects);
        var (file, token) = (Own("city.json"), Own("feed.token"));
        city.Save(file);
        await File.WriteAllTextAsync(token, city.FeedToken);
        var ports = FreePort.Take(2);
        var server = Server.Start(
            GeneratorCore,
            Path.Combine(folder, "feed.log"),
            [
                "dotnet", "exec", Assembly("perf", "YiMaTong.Peers"), "feed", $"--City={file}",
                Invariant($"--FeedPort={ports[0]}"), Invariant($"--ControlPort={ports[1]}"),
            ],
            [ports[1], ports[0], ports[1]]);
        await server.Ready(TimeSpan.FromSeconds(30));
        return new FollowedCity(city, file, token, server);
    }

    /// <summary>Starts the real decode node for a city.</summary>
    /// <param name="city">The city.</param>
    /// <param name="settings">Settings beyond the usual ones, by environment name.</param>
    /// <param name="data">Folder of its data; a new one where null.</param>
    public Server Node(
        FollowedCity city, IReadOnlyDictionary<string, string>? settings = null, string? data = null)
    {
        var ports = FreePort.Take(3);
        var environment = new Dictionary<string, string>(Listeners(ports))
        {
            ["Decode__Feed__Address"] = $"http://{city.Feed.Grpc}",
            ["Decode__Feed__TokenFile"] = city.TokenFile,
            ["Directory__Folder"] = data ?? Own("node"),
            ["Directory__MemoryMiB"] = Invariant($"{MemoryFor(city.City.Subjects)}"),
            ["Directory__ExpectedSubjects"] = Invariant($"{Math.Max(1_000, city.City.Subjects)}"),

            // One generator stands for a city's gates: limits for a single caller are not what is measured.
            ["Decode__Load__StrangersPerSecond"] = "1000000",
            ["Decode__Load__StrangersPerSecondPerAddress"] = "1000000",
            ["Decode__Load__SignedPerSecondPerDevice"] = "0",
            ["Decode__Load__SignedPerSecondPerMerchant"] = "0",
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            environment[name] = value;
        }

        return Server.Start(
            ServerCore,
            Path.Combine(folder, "node.log"),
            ["dotnet", "exec", Assembly("src", "YiMaTong.Decode")],
            ports,
            environment);
    }

    /// <summary>Starts a peer under the node's own runtime settings.</summary>
    public Server Peer(FollowedCity city, params ReadOnlySpan<(string Key, string Value)> settings)
    {
        var ports = FreePort.Take(3);
        var arguments = new List<string>
        {
            "dotnet", "exec", "--runtimeconfig",
            Path.ChangeExtension(Assembly("src", "YiMaTong.Decode"), ".runtimeconfig.json"),
            Assembly("perf", "YiMaTong.Peers"), "peer", $"--Peer:City={city.File}",
        };
        foreach (var (key, value) in settings)
        {
            arguments.Add($"--Peer:{key}={value}");
        }

        return Server.Start(
            ServerCore, Path.Combine(folder, "peer.log"), arguments, ports, Listeners(ports));
    }

    /// <summary>Starts any other program on the servers' core.</summary>
    public Server Other(string log, IEnumerable<string> command) =>
        Server.Start(ServerCore, Path.Combine(folder, log), command, [0, 0, 0]);

    /// <summary>Smallest memory that keeps every record: 96 bytes each and room for the newest page.</summary>
    public static int MemoryFor(int subjects)
    {
        var least = (subjects * 96L / (1 << 20)) + 8;
        return (int)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)least);
    }

    private static Dictionary<string, string> Listeners(int[] ports) => new()
    {
        ["Listeners__RestPort"] = Invariant($"{ports[0]}"),
        ["Listeners__GrpcPort"] = Invariant($"{ports[1]}"),
        ["Listeners__AdminPort"] = Invariant($"{ports[2]}"),
        ["Listeners__RequestsPerSecondPerAddress"] = "0",
        ["Logging__LogLevel__Default"] = "Warning",
        ["DOTNET_NOLOGO"] = "1",
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A city with its running feed.</summary>
internal sealed record FollowedCity(City City, string File, string TokenFile, Server Feed) : IDisposable
{
    public void Dispose() => Feed.Dispose();
}
