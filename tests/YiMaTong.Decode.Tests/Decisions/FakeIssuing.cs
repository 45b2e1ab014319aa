using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using YiMaTong.Contracts.Audit.V1;

namespace YiMaTong.Decode.Tests.Decisions;

/// <summary>Issuing's side of the decision log on a real server, for failures that a healthy one never has.</summary>
internal sealed class FakeIssuing : DecisionLogService.DecisionLogServiceBase, IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _calls;

    private FakeIssuing()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, o => o.Protocols = HttpProtocols.Http2));
        builder.WebHost.UseUrls();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<FakeIssuing>();
    }

    /// <summary>How many times each record was sent, by its number.</summary>
    public ConcurrentDictionary<long, int> Sent { get; } = new();

    /// <summary>Records stored once by journal and sequence.</summary>
    public ConcurrentDictionary<(string Journal, ulong Sequence), DecisionRecord> Stored { get; } = new();

    /// <summary>What happens to the n-th call (from 1) after it stored: throws, or changes the answer.</summary>
    public Func<int, ulong, ulong> OnAnswer { get; set; } = (_, stored) => stored;

    public string? LastAuthorization { get; private set; }

    public string? LastNode { get; private set; }

    public string Address => _app.Services.GetRequiredService<IServer>().Features
        .Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<FakeIssuing> Start()
    {
        var issuing = new FakeIssuing();
        await issuing._app.StartAsync();
        return issuing;
    }

    public override Task<AppendDecisionsResponse> AppendDecisions(
        AppendDecisionsRequest request, ServerCallContext context)
    {
        LastAuthorization = context.RequestHeaders.GetValue("authorization");
        LastNode = request.NodeId;
        var journal = Convert.ToHexString(request.JournalId.Span);
        var sequence = request.FirstSequence;
        foreach (var record in request.Records)
        {
            Sent.AddOrUpdate((long)record.SubjectHandle, 1, (_, count) => count + 1);
            Stored.TryAdd((journal, sequence++), record);
        }

        var answer = OnAnswer(Interlocked.Increment(ref _calls), sequence - 1);
        return Task.FromResult(new AppendDecisionsResponse { StoredSequence = answer });
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
