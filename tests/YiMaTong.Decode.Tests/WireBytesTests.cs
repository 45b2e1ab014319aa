using System.Net.Sockets;
using Grpc.Net.Client;
using YiMaTong.Contracts.Decode.V1;

namespace YiMaTong.Decode.Tests;

/// <summary>
/// Bytes of an answer on the wire, frames and headers and all, held to perf/budgets.json: a gate's line may be a slow
/// one, and a header too many is paid for in every scan. What is sent is up to the client's library.
/// </summary>
public sealed class WireBytesTests
{
    private const int BatchSize = 64;
    private const int Calls = 20;

    [Fact]
    public async Task Calls_OnAWarmConnection_KeepTheirBudget()
    {
        await using var host = await GateHost.Start();
        var session = await host.OpenSession();
        var meter = new Meter();
        using var channel = GrpcChannel.ForAddress(
            host.At.Grpc, new() { HttpHandler = meter.Handler(), DisposeHttpClient = true });
        var cancel = TestContext.Current.CancellationToken;
        var client = new DecodeService.DecodeServiceClient(channel);
        var code = GateHost.Mint();
        var one = new DecodeRequest
        {
            Session = session,
            Qrcode = code,
            ScanId = "scan-1",
            Fields = { DecodeField.Tags },
        };
        var many = new DecodeBatchRequest { Session = session };
        many.Scans.AddRange(Enumerable.Range(0, BatchSize).Select(i => new Scan
        {
            Qrcode = code,
            ScanId = $"scan-{i}",
            Fields = { DecodeField.Tags },
        }));

        await Hold("wire.decode.bytes", 1, async () =>
            Assert.Equal("PY0000", (await client.DecodeAsync(one, cancellationToken: cancel)).Code));
        await Hold("wire.batch64.bytesPerCode", BatchSize, async () => Assert.All(
            (await client.DecodeBatchAsync(many, cancellationToken: cancel)).Results,
            result => Assert.Equal("PY0000", result.Code)));

        // The least of some calls: a setting's or a window's frame comes beside some of them, and decides nothing.
        async Task Hold(string name, int scans, Func<Task> call)
        {
            var least = long.MaxValue;
            for (var i = 0; i < Calls; i++)
            {
                var before = meter.Received;
                await call();
                least = Math.Min(least, meter.Received - before);
            }

            AllocationTests.Within(name, (double)least / scans);
        }
    }

    /// <summary>Counts what a connection brings.</summary>
    private sealed class Meter
    {
        private long _received;

        public long Received => Interlocked.Read(ref _received);

        public SocketsHttpHandler Handler() => new()
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new Counted(new NetworkStream(socket, ownsSocket: true), this);
            },
        };

        private sealed class Counted(NetworkStream inner, Meter meter) : Stream
        {
            public override bool CanRead => true;

            public override bool CanSeek => false;

            public override bool CanWrite => true;

            public override long Length => throw new NotSupportedException();

            public override long Position
            {
                get => throw new NotSupportedException();
                set => throw new NotSupportedException();
            }

            public override void Flush() => inner.Flush();

            public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

            public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

            public override async ValueTask<int> ReadAsync(
                Memory<byte> buffer, CancellationToken cancellationToken = default)
            {
                var read = await inner.ReadAsync(buffer, cancellationToken);
                Interlocked.Add(ref meter._received, read);
                return read;
            }

            public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

            public override ValueTask WriteAsync(
                ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
                inner.WriteAsync(buffer, cancellationToken);

            public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

            public override void SetLength(long value) => throw new NotSupportedException();

            protected override void Dispose(bool disposing)
            {
                if (disposing)
                {
                    inner.Dispose();
                }

                base.Dispose(disposing);
            }
        }
    }
}
