using System.Text.Json.Nodes;
using Grpc.Net.Client;
using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests.Target;

/// <summary>The product as a newcomer starts it: one process, an empty data folder, the demonstration city.</summary>
internal sealed class AllInOneServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(180);

    private readonly ManagedProcess _process;
    private readonly TempDirectory _data;

    private AllInOneServer(ManagedProcess process, TempDirectory data, int[] ports)
    {
        _process = process;
        _data = data;
        Rest = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[0]}") };
        Grpc = GrpcChannel.ForAddress($"http://127.0.0.1:{ports[1]}");
        Admin = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[2]}") };
        GrpcAddress = $"127.0.0.1:{ports[1]}";
        City = new City(Rest, Grpc, OperatorToken);
    }

    public HttpClient Rest { get; }

    public GrpcChannel Grpc { get; }

    public HttpClient Admin { get; }

    /// <summary>Host and port, as other languages' clients want it.</summary>
    public string GrpcAddress { get; }

    public City City { get; }

    public string DemoPath => _data.Combine("demo.json");

    public JsonObject Demo => JsonNode.Parse(File.ReadAllText(DemoPath))!.AsObject();

    public string OperatorToken => File.ReadAllText(_data.Combine("operator.token")).Trim();

    public string FeedToken => File.ReadAllText(_data.Combine("feed.token")).Trim();

    /// <summary>Everything that the process has written.</summary>
    public string Output => _process.Output;

    public static async Task<AllInOneServer> StartAsync()
    {
        var ports = FreePort.Take(3);
        var data = new TempDirectory("yimatong-integration-");
        var process = ManagedProcess.Start(
            "dotnet",
            [
                ProductAssembly.Path("YiMaTong.AllInOne"), "--data", data.Path,
                "--rest-port", $"{ports[0]}", "--grpc-port", $"{ports[1]}", "--admin-port", $"{ports[2]}",
            ],
            data.Path);
        try
        {
            await process.WaitForLine(line => line == "ready", StartLimit);
            return new AllInOneServer(process, data, ports);
        }
        catch
        {
            await process.DisposeAsync();
            data.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Rest.Dispose();
        Admin.Dispose();
        Grpc.Dispose();
        await _process.DisposeAsync();
        _data.Dispose();
    }
}
