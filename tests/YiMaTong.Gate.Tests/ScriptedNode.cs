using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Testing;

namespace YiMaTong.Gate.Tests;

/// <summary>A node on a real port that fails as it is told to.</summary>
internal sealed class ScriptedNode : DecodeService.DecodeServiceBase, IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<DecodeRequest> _scans = [];
    private int _sessions;

    private ScriptedNode(int port)
    {
        Address = new($"http://127.0.0.1:{port}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, port, o => o.Protocols = HttpProtocols.Http2));
        builder.WebHost.UseUrls();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<ScriptedNode>();
    }

    public Uri Address { get; }

    /// <summary>What to answer to a scan.</summary>
    public Func<DecodeRequest, CancellationToken, Task<DecodeResponse>> OnScan { get; set; } =
        (request, _) => Task.FromResult(Permit(request));

    public Func<OpenSessionResponse> OnOpen { get; set; } = () => new() { Code = "PY0000", ExpiresIn = 3600 };

    /// <summary>What to answer to a probe: by default, that its session is not known.</summary>
    public Func<CancellationToken, Task<DecodeBatchResponse>> OnProbe { get; set; } =
        _ => Task.FromResult(new DecodeBatchResponse { Code = "PY1002" });

    public int Sessions => Volatile.Read(ref _sessions);

    public IReadOnlyList<DecodeRequest> Scans
    {
        get
        {
            lock (_scans)
            {
                return [.. _scans];
            }
        }
    }

    public static DecodeResponse Permit(DecodeRequest request) =>
        new() { Code = "PY0000", Decision = Decision.Permit, ScanId = request.ScanId };

    public static async Task<ScriptedNode> StartAsync(int? port = null)
    {
        var node = new ScriptedNode(port ?? FreePort.Take(1)[0]);
        await node._app.StartAsync(TestContext.Current.CancellationToken);
        return node;
    }

    public override Task<OpenSessionResponse> OpenSession(OpenSessionRequest request, ServerCallContext context)
    {
        var number = Interlocked.Increment(ref _sessions);
        var answer = OnOpen();
        answer.Session = ByteString.CopyFrom([(byte)number]);
        return Task.FromResult(answer);
    }

    public override Task<DecodeResponse> Decode(DecodeRequest request, ServerCallContext context)
    {
        lock (_scans)
        {
            _scans.Add(request);
        }

        return OnScan(request, context.CancellationToken);
    }

    /// <summary>A probe: no scans.</summary>
    public override Task<DecodeBatchResponse> DecodeBatch(DecodeBatchRequest request, ServerCallContext context) =>
        OnProbe(context.CancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
