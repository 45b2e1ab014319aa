using System.Text;
using YiMaTong.Conformance.Tests.Target;
using YiMaTong.Conformance.Tests.Wire;

namespace YiMaTong.Conformance.Tests;

/// <summary>
/// What never reaches a handler: the fitting HTTP status and the envelope, on each mandated interface.
/// </summary>
public sealed class HttpTests(ConformanceTarget target) : ConformanceTest(target)
{
    private const int BodyLimit = 64 * 1024;

    public static TheoryData<string> Mandated => Paths.Mandated;

    [Theory]
    [MemberData(nameof(Mandated))]
    public async Task Post_MalformedJson_Is400(string path)
    {
        string[] bodies =
        [
            "{", "nonsense", "{\"accessToken\":}", "{\"accessToken\":\"a\"", "{\"a\":1,}", "{}x", "{} {}",
            "[]", "\"text\"", "12", "true",
            "{accessToken:\"a\"}", "{'accessToken':'a'}", "// remark\n{}", "{\"accessToken\":\"a\u0001\"}",
            "{\"accessToken\":\"\\x41\"}", "{\"accessToken\":NaN}", "{\"accessToken\":01}",
        ];
        foreach (var body in bodies)
        {
            var answer = Envelope.Refuses(await Api.PostRaw(path, body), 400);
            Assert.True(answer.Code == "PY1001", $"{body}: {answer}");
        }
    }

    [Theory]
    [MemberData(nameof(Mandated))]
    public async Task Post_BytesThatAreNotUtf8_Is400(string path)
    {
        var body = Encoding.Latin1.GetBytes("{\"accessToken\":\"\u00ff\u00fe\",\"code\":\"\u00c0\u0080\"}");

        Envelope.Refuses(await Api.PostRaw(path, body), 400);
    }

    [Theory]
    [MemberData(nameof(Mandated))]
    public async Task Post_EmptyBody_IsAnEnvelopeThatAsksForTheFirstField(string path)
    {
        // Nothing at all is either no JSON (400) or no field (200); both say what is missing and neither is a fault.
        var answer = Envelope.IsOneOf(await Api.PostRaw(path, ""), "PY1001", "PY1002");
        Assert.Contains(answer.Status, new[] { 200, 400 });
    }

    [Theory]
    [MemberData(nameof(Mandated))]
    public async Task Post_DeepNesting_IsAnswered(string path)
    {
        foreach (var depth in new[] { 63, 100, 5_000, 30_000 })
        {
            var arrays = $"{{\"x\":{new string('[', depth)}{new string(']', depth)}}}";
            var answer = Envelope.IsOneOf(await Api.PostRaw(path, arrays), "PY1001", "PY1002");
            Assert.Contains(answer.Status, new[] { 200, 400 });
        }
    }

    [Theory]
    [InlineData(Paths.Generate, "accessToken")]
    [InlineData(Paths.Generate, "latitude")]
    [InlineData(Paths.UserTags, "accessToken")]
    [InlineData(Paths.ChannelQrcode, "longitude")]
    [InlineData(Paths.Decode, "merchantId")]
    [InlineData(Paths.Decode, "qrcod")]
    [InlineData(Paths.Decode, "sign")]
    [InlineData(Paths.Authorize, "code")]
    [InlineData(Paths.Authorize, "appId")]
    public async Task Post_FieldTwice_Is400NamingIt(string path, string field)
    {
        var answer = await Api.PostRaw(path, $"{{\"{field}\":\"a\",\"{field}\":\"a\"}}");

        Envelope.Names(Envelope.Is(answer, "PY1001", 400), field);
    }

    [Theory]
    [InlineData(Paths.Generate, "accessToken")]
    [InlineData(Paths.Generate, "latitude")]
    [InlineData(Paths.UserTags, "accessToken")]
    [InlineData(Paths.ChannelQrcode, "latitude")]
    [InlineData(Paths.Decode, "time")]
    [InlineData(Paths.Decode, "macId")]
    [InlineData(Paths.Decode, "qrcod")]
    [InlineData(Paths.Decode, "qrcode")]
    [InlineData(Paths.Authorize, "appId")]
    public async Task Post_FieldOfTheWrongType_Is400NamingIt(string path, string field)
    {
        foreach (var value in new[] { "5", "1.5", "true", "[]", "[\"a\"]", "{}", "{\"a\":\"b\"}" })
        {
            var answer = await Api.PostRaw(path, $"{{\"{field}\":{value}}}");

            Envelope.Names(Envelope.Is(answer, "PY1001", 400), field);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/v1")]
    [InlineData("/api/v1/qrcode")]
    [InlineData("/api/v1/qrcode/generate/more")]
    [InlineData("/api/v2/qrcode/generate")]
    [InlineData("/api/v1/no/such/route")]
    [InlineData("/api/v1/%2e%2e/%2e%2e/etc/passwd")]
    public async Task Post_RouteUnknown_Is404(string path) =>
        Envelope.Refuses(await Api.PostRaw(path, "{}"), 404);

    [Theory]
    [MemberData(nameof(Mandated))]
    public async Task Verb_NotPost_Is405WithAllow(string path)
    {
        foreach (var verb in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch })
        {
            var answer = Envelope.Refuses(await Api.Send(verb, path, null), 405);
            Assert.True(answer.Allow.Contains("POST"), $"Allow names POST: {string.Join(",", answer.Allow)}");
        }
    }

    [Fact]
    public async Task Services_Posted_Is405WithAllow()
    {
        var answer = Envelope.Refuses(await Api.PostRaw(Paths.Services, "{}"), 405);

        Assert.Contains("GET", answer.Allow);
    }

    [Theory]
    [MemberData(nameof(Mandated))]
    public async Task Post_BodyOverTheLimit_Is413(string path)
    {
        var body = Padded(BodyLimit + 1);

        Envelope.Refuses(await Api.PostRaw(path, body), 413);
        Envelope.Refuses(await Api.PostChunked(path, body), 413);
    }

    [Theory]
    [MemberData(nameof(Mandated))]
    public async Task Post_BodyAtTheLimit_IsRead(string path)
    {
        var body = Padded(BodyLimit);

        Assert.Equal(200, Envelope.IsOneOf(await Api.PostRaw(path, body), "PY1001", "PY1002").Status);
        Assert.Equal(200, Envelope.IsOneOf(await Api.PostChunked(path, body), "PY1001", "PY1002").Status);
    }

    [Theory]
    [MemberData(nameof(Mandated))]
    public async Task Post_ContentTypeOther_Is415(string path)
    {
        foreach (var type in new[] { "text/plain", "application/xml", "application/x-www-form-urlencoded", "text/json",
            null })
        {
            Envelope.Refuses(await Api.PostRaw(path, "{}", type), 415);
        }
    }

    [Theory]
    [MemberData(nameof(Mandated))]
    public async Task Post_ContentTypeWithCharset_IsRead(string path)
    {
        foreach (var type in new[] { "application/json; charset=utf-8", "application/json;charset=UTF-8",
            "APPLICATION/JSON" })
        {
            Assert.Equal(200, Envelope.IsOneOf(await Api.PostRaw(path, "{}", type), "PY1001", "PY1002").Status);
        }
    }

    [Fact]
    public async Task Post_LoneSurrogate_IsNoFault() =>
        Envelope.IsOneOf(await Api.PostRaw(Paths.Generate, "{\"accessToken\":\"\\ud800\"}"), "PY1001", "PY1002");

    [Fact]
    public async Task Post_TokenOver512Characters_IsRefused() => Envelope.IsOneOf(
        await Api.Post(Paths.Generate, new { accessToken = new string('a', 513) }), "PY1001", "PY1002");

    private static byte[] Padded(int length)
    {
        const string Head = "{\"x\":\"";
        return Encoding.ASCII.GetBytes(Head + new string('a', length - Head.Length - 2) + "\"}");
    }
}
