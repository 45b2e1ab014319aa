using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Decisions;
using YiMaTong.Decode.Standard;
using YiMaTong.Directory;
using YiMaTong.Hosting.Direct;
using YiMaTong.Hosting.Envelope;

namespace YiMaTong.Decode.Tests;

/// <summary>Calls of B.4 that are answered without transcoding: which ones, and that nobody can tell.</summary>
public sealed class DirectStandardDecodeTests
{
    private const string Path = "/api/v1/qrcode/decode";
    private const string Elsewhere = "application/json; charset=UTF-8 ";

    /// <summary>What makes a call none of the plain ones.</summary>
    public static TheoryData<string> Others =>
    [
        "another path", "another verb", "another type", "another charset", "a query", "expects to be told",
        "in chunks", "oversized", "in pieces", "no JSON", "an array", "an unknown field", "a field twice",
        "a field by its other name", "a number for a text", "null for a text", "an object for a text",
        "a lone surrogate", "no UTF-8", "something behind it", "a comma too many",
    ];

    [Fact]
    public async Task TryAnswer_APlainCall_Answers()
    {
        using var node = Node.Ready();
        var request = StandardDecodeTests.Signed(node);
        using var call = Call(Json(request));

        var answered = Direct(node).TryAnswer(call.Context);

        Assert.NotNull(answered);
        await answered;
        var answer = JsonNode.Parse(await Answer(call))!;
        Assert.Equal("PY0000", (string?)answer["code"]);
        var result = StandardDecodeTests.Open(request, (string)answer["response"]!);
        Assert.Equal("permit", result.GetProperty("decision").GetString());
        Assert.False(call.Context.Request.BodyReader.TryRead(out var left) && !left.Buffer.IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void TryAnswer_AnythingElse_LeavesTheCallAsItWas(string what)
    {
        using var node = Node.Ready();
        var json = Json(StandardDecodeTests.Signed(node));
        var body = Encoding.UTF8.GetBytes(what switch
        {
            "oversized" => json + new string(' ', 4_096),
            "in pieces" => json[..40],
            "no JSON" => "macId=gate-01",
            "an array" => $"[{json}]",
            "an unknown field" => json.Replace("{", """{"version":"1",""", StringComparison.Ordinal),
            "a field twice" => json.Replace("{", """{"macId":"other",""", StringComparison.Ordinal),
            "a field by its other name" => json.Replace("macId", "mac_id", StringComparison.Ordinal),
            "a number for a text" => json.Replace("\"gate-01\"", "1", StringComparison.Ordinal),
            "null for a text" => json.Replace("\"gate-01\"", "null", StringComparison.Ordinal),
            "an object for a text" => json.Replace("\"gate-01\"", "{}", StringComparison.Ordinal),
            "a lone surrogate" => json.Replace("gate-01", @"gate\ud800", StringComparison.Ordinal),
            "something behind it" => json + "1",
            "a comma too many" => json.Replace("}", ",}", StringComparison.Ordinal),
            _ => json,
        });
        if (what == "no UTF-8")
        {
            body[json.IndexOf("gate-01", StringComparison.Ordinal)] = 0xFF;
        }

        using var call = Call(body, ended: what != "in pieces");
        var request = call.Context.Request;
        request.Path = what == "another path" ? Path + "s" : Path;
        request.Method = what == "another verb" ? "PUT" : "POST";
        request.ContentType = what switch
        {
            "another type" => "text/json",
            "another charset" => "application/json; charset=gbk",
            _ => "application/json",
        };
        request.QueryString = new(what == "a query" ? "?macId=other" : "");
        request.ContentLength = what == "in chunks" ? null : body.Length;
        request.Headers.Expect = what == "expects to be told" ? "100-continue" : default;

        Assert.Null(Direct(node).TryAnswer(call.Context));

        Assert.True(request.BodyReader.TryRead(out var left));
        Assert.Equal(body, left.Buffer.ToArray());
        Assert.Empty(call.Context.Response.Headers);
    }

    [Fact]
    public void TryAnswer_AnswersThatWaitForTheDisk_AreLeftAlone()
    {
        using var node = Node.Ready(decisions: new WaitingDecisions());
        using var call = Call(Json(StandardDecodeTests.Signed(node)));

        Assert.Null(Direct(node).TryAnswer(call.Context));
    }

    [Fact]
    public async Task TryAnswer_AddressThatHadItsShare_IsLeftToTheLimiter()
    {
        using var node = Node.Ready();
        using var limiter = PartitionedRateLimiter.Create<HttpContext, string>(_ =>
            RateLimitPartition.GetConcurrencyLimiter("all", _ => new() { PermitLimit = 1 }));
        using var call = Call(Json(StandardDecodeTests.Signed(node)));
        var direct = Direct(node, limiter);

        using (var held = await limiter.AcquireAsync(call.Context, 1, TestContext.Current.CancellationToken))
        {
            Assert.Null(direct.TryAnswer(call.Context));
        }

        Assert.NotNull(direct.TryAnswer(call.Context));
    }

    [Fact]
    public async Task TryAnswer_HandlerThatFails_TellsASystemError()
    {
        using var node = new Node(around: directory => new FailingDirectory(directory));
        node.Load(World.All());
        using var call = Call(Json(StandardDecodeTests.Signed(node)));

        await Direct(node).TryAnswer(call.Context)!;

        Assert.Equal("""{"code":"PY1999","msg":"系统异常"}""", await Answer(call));
    }

    [Fact]
    public void WriteJson_EveryCode_IsWhatAJsonWriterWrites()
    {
        var options = new System.Text.Json.JsonSerializerOptions
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        Assert.All(PyCodes.All, code =>
        {
            var reply = new StandardReply(code.Code, code.Message, "+/="u8.ToArray());
            var written = new ArrayBufferWriter<byte>();
            reply.WriteJson(written);
            var expected = new JsonObject { ["code"] = code.Code, ["msg"] = code.Message, ["response"] = "+/=" };
            Assert.Equal(expected.ToJsonString(options), Encoding.UTF8.GetString(written.WrittenSpan));
        });
    }

    [Fact]
    public async Task DecodeQrcode_DirectlyAndByThePipeline_IsTheSameOnTheWire()
    {
        await using var host = await GateHost.Start();
        using var client = new HttpClient { BaseAddress = host.At.Rest };
        var now = DateTimeOffset.UtcNow;
        foreach (var body in new[]
        {
            Json(StandardDecodeTests.Signed(now, GateHost.Mint())),
            Json(StandardDecodeTests.Signed(now, GateHost.Mint()), slashes: true),
            Json(StandardDecodeTests.Signed(now, "YM1")),
            Json(StandardDecodeTests.Signed(now.AddHours(-1), GateHost.Mint())),
            Json(StandardDecodeTests.Signed(now, GateHost.Mint(), macId: "unknown")),
            Json(StandardDecodeTests.Signed(now, new string('A', 600))),
            "{}",
        })
        {
            // The same signed request gets the very same answer for a while.
            var (direct, directly) = await Send(client, body, "application/json");
            var (other, byPipeline) = await Send(client, body, Elsewhere);

            Assert.Equal(byPipeline, directly);
            Assert.Equal(other.StatusCode, direct.StatusCode);
            Assert.Equal(other.Content.Headers.ContentType?.ToString(), direct.Content.Headers.ContentType?.ToString());
            Assert.Equal(
                other.Headers.Select(h => h.Key).Where(name => name != "Transfer-Encoding").Order(),
                direct.Headers.Select(h => h.Key).Order());
            direct.Dispose();
            other.Dispose();
        }
    }

    internal static string Json(DecodeQrcodeRequest request, bool slashes = false)
    {
        var json = Google.Protobuf.JsonFormatter.Default.Format(request);
        return slashes ? json.Replace("/", @"\/", StringComparison.Ordinal) : json;
    }

    private static DirectCall Call(string body) => Call(Encoding.UTF8.GetBytes(body));

    private static DirectCall Call(byte[] body, bool ended = true)
    {
        var call = new DirectCall(Path, "application/json", body, ended);
        call.Context.Request.ContentLength = body.Length;
        return call;
    }

    private static async Task<string> Answer(DirectCall call) => Encoding.UTF8.GetString(await call.Answer());

    private static DirectStandardDecode Direct(Node node, PartitionedRateLimiter<HttpContext>? limiter = null) => new(
        node.Get<StandardDecodeGrpcService>(),
        new DirectRest(Options.Create(new RateLimiterOptions { GlobalLimiter = limiter })),
        new HandlerFailures([], NullLogger<HandlerFailures>.Instance));

    private static async Task<(HttpResponseMessage Response, string Body)> Send(
        HttpClient client, string body, string type)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        Assert.True(content.Headers.TryAddWithoutValidation("Content-Type", type));
        var response = await client.PostAsync(Path, content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (response, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private sealed class WaitingDecisions : IDecisionSink
    {
        public bool Waits => true;

        public bool Refusing => false;

        public bool Record(in DecisionEntry entry) => true;

        public ValueTask<bool> Settled(CancellationToken cancellation) => new(true);
    }

    private sealed class FailingDirectory(ISubjectDirectory inner) : ISubjectDirectory
    {
        public long Count => inner.Count;

        public bool IsComplete => inner.IsComplete;

        public LookupStatus TryRead(ulong handle, out SubjectRecord record) =>
            throw new InvalidOperationException("out of order");

        public void Apply(ulong handle, in SubjectRecord record) => inner.Apply(handle, record);

        public void MarkComplete() => inner.MarkComplete();

        public void Clear() => inner.Clear();

        public ISubjectCursor Scan() => inner.Scan();

        public void Dispose() => inner.Dispose();
    }
}
