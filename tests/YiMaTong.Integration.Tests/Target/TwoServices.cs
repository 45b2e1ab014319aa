using Grpc.Net.Client;
using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests.Target;

/// <summary>
/// Issuing and decode as production runs them: processes of their own, which may die and come back. Of decode there
/// may be two nodes.
/// </summary>
internal sealed class TwoServices : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _data = new("yimatong-two-");
    private readonly int[] _ports = FreePort.Take(9);
    private readonly HttpClient _http = new();
    private ManagedProcess? _issuing;
    private readonly ManagedProcess?[] _decode = new ManagedProcess?[2];

    public TwoServices()
    {
        Rest = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_ports[0]}") };
        Issuing = GrpcChannel.ForAddress($"http://127.0.0.1:{_ports[1]}");
        Decode = GrpcChannel.ForAddress($"http://127.0.0.1:{_ports[4]}");
    }

    public HttpClient Rest { get; }

    /// <summary>Where merchants reach the first node.</summary>
    public Uri DecodeRest => new($"http://127.0.0.1:{_ports[3]}");

    /// <summary>Where gates reach issuing.</summary>
    public Uri IssuingAddress => new($"http://127.0.0.1:{_ports[1]}");

    public GrpcChannel Issuing { get; }

    public GrpcChannel Decode { get; }

    /// <summary>Where gates reach the nodes.</summary>
    public Uri[] Nodes => [new($"http://127.0.0.1:{_ports[4]}"), new($"http://127.0.0.1:{_ports[7]}")];

    /// <summary>Issuing's database; to be touched while issuing is down.</summary>
    public string Database => _data.Combine("issuing.db");

    /// <summary>Number of issuing's process.</summary>
    public int IssuingId => _issuing!.Id;

    public string OperatorToken => File.ReadAllText(_data.Combine("operator.token")).Trim();

    /// <summary>Starts issuing.</summary>
    /// <param name="settings">Settings beside those that the processes need to find each other.</param>
    public async Task StartIssuingAsync(params string[] settings)
    {
        _issuing = Start(
            "YiMaTong.Issuing",
            [
                $"--Listeners:RestPort={_ports[0]}",
                $"--Listeners:GrpcPort={_ports[1]}",
                $"--Listeners:AdminPort={_ports[2]}",
                $"--Issuing:Database={_data.Combine("issuing.db")}",
                $"--Issuing:SealKeyFile={_data.Combine("seal.key")}",
                $"--Issuing:FeedTokenFile={_data.Combine("feed.token")}",
                $"--Issuing:OperatorTokenFile={_data.Combine("operator.token")}",
                "--Issuing:CreateMissingKeys=true",
                "--Issuing:Demonstration=true",
                "--Issuing:RealName:Mode=simulated",
                $"--Issuing:OAuth:Issuer={Rest.BaseAddress}",
                $"--Issuing:OAuth:KeyFile={_data.Combine("oauth.key")}",
                "--Issuing:OAuth:AllowHttp=true",
                .. settings,
            ]);
        await ReadyAsync(_issuing, _ports[2], "issuing");
    }

    /// <summary>Starts a decode node.</summary>
    /// <param name="node">Which, 0 or 1.</param>
    /// <param name="settings">Settings beside those that it needs to find issuing.</param>
    public async Task StartDecodeAsync(int node = 0, params string[] settings)
    {
        var ports = _ports.AsSpan(3 + (3 * node), 3).ToArray();
        var process = _decode[node] = Start(
            "YiMaTong.Decode",
            [
                $"--Listeners:RestPort={ports[0]}",
                $"--Listeners:GrpcPort={ports[1]}",
                $"--Listeners:AdminPort={ports[2]}",
                $"--Decode:Feed:Address=http://127.0.0.1:{_ports[1]}",
                $"--Decode:Feed:TokenFile={_data.Combine("feed.token")}",
                "--Decode:Feed:BackoffMaxMs=500",
                $"--Directory:Folder={_data.Combine($"decode-{node}")}",
                "--Directory:MemoryMiB=16",
                "--Directory:ExpectedSubjects=1000",
                .. settings,
            ]);
        await ReadyAsync(process, ports[2], $"decode node {node}");
    }

    /// <summary>Reads issuing's metrics.</summary>
    public Task<string> IssuingMetricsAsync() => _http.GetStringAsync(
        new Uri($"http://127.0.0.1:{_ports[2]}/metrics"), TestContext.Current.CancellationToken);

    /// <summary>Ends issuing as a power cut would.</summary>
    public Task KillIssuingAsync() => KillAsync(ref _issuing);

    /// <summary>Ends decode as a power cut would.</summary>
    public Task KillDecodeAsync(int node = 0) => KillAsync(ref _decode[node]);

    public async ValueTask DisposeAsync()
    {
        await KillDecodeAsync(0);
        await KillDecodeAsync(1);
        await KillIssuingAsync();
        Rest.Dispose();
        _http.Dispose();
        Issuing.Dispose();
        Decode.Dispose();
        _data.Dispose();
    }

    private static Task KillAsync(ref ManagedProcess? process)
    {
        var ended = process;
        process = null;
        return ended is null ? Task.CompletedTask : ended.DisposeAsync().AsTask();
    }

    private ManagedProcess Start(string name, string[] settings) =>
        ManagedProcess.Start("dotnet", [ProductAssembly.Path(name), .. settings], _data.Path);

    private Task<int> ReadyAsync(ManagedProcess process, int adminPort, string what) => AwaitUntil.Satisfies(
        async () =>
        {
            Assert.False(process.HasExited, process.Output);
            try
            {
                using var answer = await _http.GetAsync(
                    new Uri($"http://127.0.0.1:{adminPort}/readyz"), TestContext.Current.CancellationToken);
                return (int)answer.StatusCode;
            }
            catch (HttpRequestException)
            {
                return 0;
            }
        },
        status => status == 200,
        StartLimit,
        $"{what} is ready",
        cancellationToken: TestContext.Current.CancellationToken);
}
