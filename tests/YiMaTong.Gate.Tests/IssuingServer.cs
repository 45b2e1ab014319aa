using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Threading.Channels;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using YiMaTong.Codes.Signing;
using YiMaTong.Contracts.Emergency.V1;

namespace YiMaTong.Gate.Tests;

/// <summary>
/// Issuing's emergency services on a real port: it hands out what a test publishes, and takes scans as the real one
/// does, by a verified signature and once by journal and sequence.
/// </summary>
internal sealed class IssuingServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<Channel<TrustUpdate>, byte> _watchers = new();

    private IssuingServer(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, port, o => o.Protocols = HttpProtocols.Http2));
        builder.WebHost.UseUrls();
        builder.WebHost.UseShutdownTimeout(TimeSpan.FromMilliseconds(50));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<Trust>();
        _app.MapGrpcService<Scans>();
    }

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>What a caller that holds something gets first.</summary>
    public Func<HeldTrust, TrustUpdate> OnWatch { get; set; } = _ => new TrustUpdate();

    /// <summary>What callers said that they hold, in the order of their coming.</summary>
    public ConcurrentQueue<HeldTrust> Watched { get; } = [];

    /// <summary>What to answer instead of storing; null stores.</summary>
    public Func<string?> OnUpload { get; set; } = () => null;

    /// <summary>Called after storing and before the answer.</summary>
    public Action OnStored { get; set; } = () => { };

    /// <summary>Scans by journal and sequence.</summary>
    public ConcurrentDictionary<(Guid Journal, ulong Sequence), OfflineScan> Stored { get; } = new();

    /// <summary>Scans that came once more.</summary>
    public ConcurrentQueue<OfflineScan> Repeated { get; } = [];

    /// <summary>Runs that were stored.</summary>
    public ConcurrentQueue<OfflineScanRun> Runs { get; } = [];

    /// <summary>Up to where to say that a run's journal is stored; null says what is true.</summary>
    public Func<OfflineScanRun, ulong?> OnAcknowledge { get; set; } = _ => null;

    public int Uploads;

    public static async Task<IssuingServer> StartAsync(int port = 0)
    {
        var server = new IssuingServer(port);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        var addresses = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        server.Address = new Uri(addresses.Addresses.Single());
        return server;
    }

    /// <summary>Sends to all that watch.</summary>
    public void Publish(TrustUpdate update)
    {
        foreach (var watcher in _watchers.Keys)
        {
            watcher.Writer.TryWrite(update);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class Trust(IssuingServer server) : TrustService.TrustServiceBase
    {
        public override async Task WatchTrust(
            WatchTrustRequest request,
            IServerStreamWriter<WatchTrustResponse> responseStream,
            ServerCallContext context)
        {
            var updates = Channel.CreateUnbounded<TrustUpdate>();
            server._watchers[updates] = 0;
            server.Watched.Enqueue(request.Held);
            updates.Writer.TryWrite(server.OnWatch(request.Held));
            try
            {
                await foreach (var update in updates.Reader.ReadAllAsync(context.CancellationToken))
                {
                    await responseStream.WriteAsync(new WatchTrustResponse { Update = update });
                }
            }
            finally
            {
                server._watchers.TryRemove(updates, out _);
            }
        }
    }

    private sealed class Scans(IssuingServer server) : OfflineScanService.OfflineScanServiceBase
    {
        public override Task<UploadOfflineScansResponse> UploadOfflineScans(
            UploadOfflineScansRequest request, ServerCallContext context)
        {
            Interlocked.Increment(ref server.Uploads);
            return Task.FromResult(server.OnUpload() is { } code
                ? new UploadOfflineScansResponse { Code = code }
                : Verified(request) ? Store(request) : new() { Code = "PY2002" });
        }

        private UploadOfflineScansResponse Store(UploadOfflineScansRequest request)
        {
            var run = OfflineScanRun.Parser.ParseFrom(request.Payload);
            var journal = new Guid(run.JournalId.Span, bigEndian: true);
            var sequence = run.FirstSequence;
            foreach (var scan in run.Scans)
            {
                if (!server.Stored.TryAdd((journal, sequence++), scan))
                {
                    server.Repeated.Enqueue(scan);
                }
            }

            server.Runs.Enqueue(run);
            server.OnStored();
            return new() { Code = "PY0000", StoredSequence = server.OnAcknowledge(run) ?? sequence - 1 };
        }

        private static bool Verified(UploadOfflineScansRequest request)
        {
            var publicKey = GateWorld.MerchantKey.ExportSubjectPublicKeyInfoPem();
            Assert.True(SignatureVerifier.TryCreate(
                SignatureProfile.RsaPssSha256, publicKey, out var verifier, out var error), error);
            using (verifier)
            {
                var digest = Convert.ToBase64String(SHA256.HashData(request.Payload.Span));
                var signed = CanonicalFields.ToBytes(
                    ("digest", digest), ("macId", request.MacId), ("merchantId", request.MerchantId),
                    ("time", request.Time));
                return verifier.VerifyBase64(signed, request.Sign);
            }
        }
    }
}
