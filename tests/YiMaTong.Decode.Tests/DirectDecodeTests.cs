using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Hosting.Direct;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Decode.Tests;

/// <summary>Calls that are answered without gRPC's library: which ones, and that nobody can tell.</summary>
public sealed class DirectDecodeTests
{
    private const string Path = "/yimatong.decode.v1.DecodeService/Decode";

    /// <summary>What makes a call none of the plain ones, and what it does to it.</summary>
    public static TheoryData<string> Others =>
    [
        "another method", "another type", "another verb", "a deadline of a millisecond", "a deadline that is none",
        "not ended", "in pieces", "two messages", "compressed", "shorter than its length", "without a prefix",
        "oversized", "a revision to wait for",
    ];

    [Fact]
    public async Task TryAnswer_APlainCall_AnswersAsGrpcDoes()
    {
        await using var host = await GateHost.Start();
        using var call = Call(Message(await host.OpenSession()));

        var answered = Direct(host).TryAnswer(call.Context);

        Assert.NotNull(answered);
        await answered;
        Assert.Equal("PY0000", DecodeResponse.Parser.ParseFrom((await call.Answer()).AsSpan(5)).Code);
        Assert.Equal("application/grpc", call.Context.Response.ContentType);
        Assert.Equal("0", call.Trailers.Trailers.GrpcStatus);
    }

    [Theory]
    [InlineData("300m")]
    [InlineData("1S")]
    public async Task TryAnswer_WithTimeEnough_Answers(string timeout)
    {
        await using var host = await GateHost.Start();
        using var call = Call(Message(await host.OpenSession()));
        call.Context.Request.Headers.GrpcTimeout = timeout;

        Assert.NotNull(Direct(host).TryAnswer(call.Context));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public async Task TryAnswer_AnythingElse_LeavesTheCallAsItWas(string what)
    {
        await using var host = await GateHost.Start();
        var message = Message(await host.OpenSession(), what == "a revision to wait for" ? 1_000UL : 0);
        var body = what switch
        {
            "in pieces" => message[..20],
            "two messages" => [.. message, .. message],
            "compressed" => [1, .. message[1..]],
            "shorter than its length" => message[..^1],
            "without a prefix" => message[..3],
            "oversized" => Prefixed(new byte[5_000]),
            _ => message,
        };
        using var call = Call(body, ended: what is not ("not ended" or "in pieces"));
        var request = call.Context.Request;
        request.Path = what == "another method" ? Path + "Batch" : Path;
        request.Method = what == "another verb" ? "GET" : "POST";
        request.ContentType = what == "another type" ? "application/grpc+proto" : request.ContentType;
        request.Headers.GrpcTimeout = what switch
        {
            "a deadline of a millisecond" => "1m",
            "a deadline that is none" => "soon",
            _ => default,
        };

        Assert.Null(Direct(host).TryAnswer(call.Context));

        Assert.True(request.BodyReader.TryRead(out var left));
        Assert.Equal(body, left.Buffer.ToArray());
        Assert.Empty(call.Context.Response.Headers);
        Assert.Empty(call.Trailers.Trailers);
    }

    [Fact]
    public async Task Decode_DirectlyAndByTheLibrary_IsTheSameOnTheWire()
    {
        await using var host = await GateHost.Start();
        using var client = new HttpClient { BaseAddress = host.At.Grpc };
        var message = Message(await host.OpenSession());

        var (direct, directly) = await Send(client, message, "application/grpc");
        var (other, byLibrary) = await Send(client, message, "application/grpc+proto");

        Assert.Equal(Names(other.Headers), Names(direct.Headers));
        Assert.Equal("application/grpc", direct.Content.Headers.ContentType?.ToString());
        Assert.Equal(other.Content.Headers.ContentType?.ToString(), direct.Content.Headers.ContentType?.ToString());
        Assert.Equal(
            other.TrailingHeaders.Select(h => (h.Key, string.Join(',', h.Value))),
            direct.TrailingHeaders.Select(h => (h.Key, string.Join(',', h.Value))));
        Assert.Equal("PY0000", directly.Code);
        (directly.DataAgeMs, byLibrary.DataAgeMs) = (0, 0);
        Assert.Equal(byLibrary, directly);
        direct.Dispose();
        other.Dispose();
    }

    [Fact]
    public async Task Decode_TwoMessagesOrHalfAOne_AreRefusedByTheLibrary()
    {
        await using var host = await GateHost.Start();
        using var client = new HttpClient { BaseAddress = host.At.Grpc };
        var message = Message(await host.OpenSession());
        foreach (var body in new byte[][] { [.. message, .. message], message[..^1], [] })
        {
            using var response = await Post(client, body, "application/grpc");
            _ = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            var status = response.TrailingHeaders.TryGetValues("grpc-status", out var trailing)
                ? trailing
                : response.Headers.GetValues("grpc-status");
            Assert.Equal("13", Assert.Single(status));
        }
    }

    private static IDirectCalls Direct(GateHost host) =>
        host.Services.GetServices<IDirectCalls>().Single(calls => calls.Listener == ListenerKind.Grpc);

    private static byte[] Message(ByteString session, ulong minRevision = 0) => Prefixed(new DecodeRequest
    {
        Session = session,
        Qrcode = GateHost.Mint(),
        ScanId = "scan-1",
        MinRevision = minRevision,
    }.ToByteArray());

    private static byte[] Prefixed(byte[] message)
    {
        var body = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), message.Length);
        message.CopyTo(body.AsSpan(5));
        return body;
    }

    private static DirectCall Call(byte[] body, bool ended = true)
    {
        var call = new DirectCall(Path, "application/grpc", body, ended);
        call.Context.Request.Protocol = HttpProtocol.Http2;
        return call;
    }

    private static string[] Names(HttpResponseHeaders headers) => [.. headers.Select(header => header.Key).Order()];

    private static async Task<(HttpResponseMessage Response, DecodeResponse Message)> Send(
        HttpClient client, byte[] body, string type)
    {
        var response = await Post(client, body, type);
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return (response, DecodeResponse.Parser.ParseFrom(bytes.AsSpan(5)));
    }

    private static Task<HttpResponseMessage> Post(HttpClient client, byte[] body, string type)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return client.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, Path)
            {
                Content = content,
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Headers = { { "te", "trailers" } },
            },
            TestContext.Current.CancellationToken);
    }
}
