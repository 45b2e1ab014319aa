using Google.Protobuf;
using Grpc.Core;
using YiMaTong.Contracts.Decode.V1;

namespace YiMaTong.Decode.Tests;

/// <summary>DecodeBatch on a real listener.</summary>
public sealed class BatchTests : IAsyncLifetime
{
    private GateHost _host = null!;
    private ByteString _session = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await GateHost.Start();
        _session = await _host.OpenSession();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task<DecodeBatchResponse> Send(params Scan[] scans)
    {
        var request = new DecodeBatchRequest { Session = _session, Scans = { scans } };
        return await _host.Client.DecodeBatchAsync(request, cancellationToken: Cancellation);
    }

    private static Scan Good(string id) => new() { Qrcode = GateHost.Mint(), ScanId = id };

    [Fact]
    public async Task Decode_ManyScans_AreAnsweredInOrderAsDecodeWould()
    {
        var scans = Enumerable.Range(0, 256).Select(i => Good($"s-{i}")).ToArray();
        scans[7].Fields.AddRange([DecodeField.Tags, DecodeField.ConcealName, DecodeField.ConcealCard]);

        var answer = await Send(scans);

        Assert.Equal(("PY0000", "成功", 256), (answer.Code, answer.Msg, answer.Results.Count));
        Assert.Equal(scans.Select(s => s.ScanId), answer.Results.Select(r => r.ScanId));
        Assert.All(answer.Results, r => Assert.Equal(("PY0000", Decision.Permit), (r.Code, r.Decision)));
        var single = await _host.Client.DecodeAsync(
            new()
            {
                Session = _session,
                Qrcode = scans[7].Qrcode,
                ScanId = scans[7].ScanId,
                Fields = { scans[7].Fields },
            },
            cancellationToken: Cancellation);
        single.DataAgeMs = answer.Results[7].DataAgeMs;
        Assert.Equal(single, answer.Results[7]);
        Assert.Equal(["标签1", "标签2", "标签4"], single.Tags.Select(t => t.Text));
        Assert.Empty(_host.Logs.Errors);
    }

    [Fact]
    public async Task Decode_BadScansAmongGood_SpoilNoOther()
    {
        var answer = await Send(
            Good("a"),
            new Scan { Qrcode = "hello", ScanId = "b" },
            new Scan { ScanId = "c" },
            new Scan { Qrcode = new string('Y', 513), ScanId = "d" },
            new Scan { Qrcode = GateHost.Mint(), ScanId = new string('x', 65) },
            new Scan { Qrcode = GateHost.Mint(), ScanId = "f", Fields = { (DecodeField)9 } },
            new Scan { Qrcode = GateHost.Mint(secondsAgo: 300), ScanId = "g" },
            Good("h"));

        Assert.Equal("PY0000", answer.Code);
        Assert.Equal(
            [
                ("a", "成功"), ("b", "二维码格式无法识别"), ("c", "参数缺失或格式错误: qrcode"),
                ("d", "参数缺失或格式错误: qrcode"), ("", "参数缺失或格式错误: scan_id"), ("f", "参数缺失或格式错误: fields"),
                ("g", "二维码已过期,请刷新"), ("h", "成功"),
            ],
            answer.Results.Select(r => (r.ScanId, r.Msg)));
        Assert.Equal(
            ["PY0000", "PY2006", "PY1001", "PY1001", "PY1001", "PY1001", "PY2008", "PY0000"],
            answer.Results.Select(r => r.Code));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    public async Task Decode_NumberOfScansOutOfBounds_IsRefusedAsAWhole(int count)
    {
        var answer = await Send([.. Enumerable.Range(0, count).Select(_ => new Scan { Qrcode = "x" })]);
        Assert.Equal(("PY1001", "参数缺失或格式错误: scans"), (answer.Code, answer.Msg));
        Assert.Empty(answer.Results);
    }

    [Fact]
    public async Task Decode_NoSession_IsRefusedAsAWhole()
    {
        foreach (var session in new[] { ByteString.Empty, ByteString.CopyFrom(new byte[32]) })
        {
            var answer = await _host.Client.DecodeBatchAsync(
                new() { Session = session, Scans = { Good("a") } }, cancellationToken: Cancellation);
            Assert.Equal(("PY1002", 0), (answer.Code, answer.Results.Count));
        }
    }

    [Fact]
    public async Task Decode_RevisionThatDoesNotArrive_IsRefusedAsAWholeWithinTheBound()
    {
        var answer = await _host.Client.DecodeBatchAsync(
            new() { Session = _session, Scans = { Good("a") }, MinRevision = 99 },
            deadline: DateTime.UtcNow.AddSeconds(20),
            cancellationToken: Cancellation);
        Assert.Equal(("PY2018", 0), (answer.Code, answer.Results.Count));
    }

    [Fact]
    public async Task Decode_BytesThatAreNoMessage_AreRefusedInTheEnvelope()
    {
        var raw = new Method<byte[], byte[]>(
            MethodType.Unary,
            DecodeService.Descriptor.FullName,
            "DecodeBatch",
            Marshallers.Create(b => b, b => b),
            Marshallers.Create(b => b, b => b));
        using var call = _host.Channel.CreateCallInvoker().AsyncUnaryCall(
            raw, null, new CallOptions(cancellationToken: Cancellation), [0x0A, 0x7F]);
        var answer = DecodeBatchResponse.Parser.ParseFrom(await call);
        Assert.Equal(("PY1001", "参数缺失或格式错误: request"), (answer.Code, answer.Msg));

        // The code of the second scan is no UTF-8, which is its own fault alone.
        var batch = new DecodeBatchRequest { Session = _session };
        batch.Scans.AddRange([Good("a"), new Scan { Qrcode = "x_y" }, Good("c")]);
        var bytes = batch.ToByteArray();
        bytes[bytes.AsSpan().IndexOf("x_y"u8)] = 0xC3;
        using var second = _host.Channel.CreateCallInvoker().AsyncUnaryCall(
            raw, null, new CallOptions(cancellationToken: Cancellation), bytes);
        answer = DecodeBatchResponse.Parser.ParseFrom(await second);
        Assert.Equal(["PY0000", "PY1001", "PY0000"], answer.Results.Select(r => r.Code));
        Assert.Empty(_host.Logs.Errors);
    }

    [Fact]
    public async Task Decode_OversizedMessage_IsRefusedAndTheNodeGoesOn()
    {
        var scan = new Scan { Qrcode = new string('Y', 2_000_000) };
        var failure = await Assert.ThrowsAsync<RpcException>(() => Send(scan));
        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
        Assert.Equal("PY0000", (await Send(Good("a"))).Code);
    }
}
