using System.Text;
using CsCheck;
using YiMaTong.Contracts.Issuing.V1;
using YiMaTong.Hosting.Envelope;
using YiMaTong.Hosting.Rest;

namespace YiMaTong.Hosting.Tests.Rest;

public sealed class BodyGuardTests
{
    private static Refusal? Check(string body) => BodyGuard.Check(Encoding.UTF8.GetBytes(body), GuardedMessages.All);

    [Theory]
    [InlineData("{}")]
    [InlineData(" \r\n\t{ } \n")]
    [InlineData("""{"merchantId":"甲","is_open":true,"signed":-2147483648,"unsigned":4294967295}""")]
    [InlineData("""{"long":-9223372036854775808,"revision":18446744073709551615}""")]
    [InlineData("""{"long":"-9223372036854775808","revision":"18446744073709551615"}""")]
    [InlineData("""{"color":"COLOR_RED","until":"2026-11-24T08:00:00Z","seal":"AAEC"}""")]
    [InlineData("""{"color":1,"until":"2026-11-24T08:00:00.123456789+08:00","ratio":0.5}""")]
    [InlineData("""{"nested":{"words":["a","b"]},"allNested":[{},{"signed":1}]}""")]
    [InlineData("""{"merchantId":null,"isOpen":null,"nested":null,"words":null,"until":null}""")]
    [InlineData("""{"unknown":{"a":[1,{"a":"b"}]},"other":1.5e300}""")]
    [InlineData("""{"merchantId":"\ud83d\ude00"}""")]
    public void Check_WellFormed_Passes(string body) => Assert.Null(Check(body));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("[]")]
    [InlineData("[{}]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("1")]
    [InlineData("{")]
    [InlineData("{\"a\"}")]
    [InlineData("{\"a\":}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{'a':1}")]
    [InlineData("{}x")]
    [InlineData("{}{}")]
    [InlineData("{} 1")]
    [InlineData("{/* comment */}")]
    [InlineData("\uFEFF{}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"signed\":01}")]
    [InlineData("{\"words\":[\"a\"")]
    [InlineData("{\"unknown\":{\"a\":1}")]
    public void Check_NoJsonObject_IsMalformed(string body) => Assert.Same(Refusal.MalformedJson, Check(body));

    [Theory]
    [InlineData("merchantId", "1")]
    [InlineData("merchantId", "true")]
    [InlineData("merchantId", "[]")]
    [InlineData("merchantId", "{}")]
    [InlineData("merchantId", "\"\\ud800\"")]
    [InlineData("merchantId", "\"\\udc00\\ud800\"")]
    [InlineData("isOpen", "\"true\"")]
    [InlineData("isOpen", "1")]
    [InlineData("signed", "2147483648")]
    [InlineData("signed", "1.5")]
    [InlineData("signed", "\"x\"")]
    [InlineData("unsigned", "-1")]
    [InlineData("unsigned", "4294967296")]
    [InlineData("long", "9223372036854775808")]
    [InlineData("long", "\"9 \"")]
    [InlineData("long", "true")]
    [InlineData("revision", "-1")]
    [InlineData("revision", "\"-1\"")]
    [InlineData("revision", "\"1e3\"")]
    [InlineData("color", "\"COLOR_BLUE\"")]
    [InlineData("color", "1.5")]
    [InlineData("color", "true")]
    [InlineData("color", "{}")]
    [InlineData("until", "1732435200")]
    [InlineData("until", "\"2026-11-24\"")]
    [InlineData("until", "\"2026-11-24 08:00:00Z\"")]
    [InlineData("until", "\"2026-13-24T08:00:00Z\"")]
    [InlineData("until", "{}")]
    [InlineData("seal", "1")]
    [InlineData("seal", "\"*\"")]
    [InlineData("ratio", "true")]
    [InlineData("nested", "[]")]
    [InlineData("nested", "\"x\"")]
    [InlineData("nested", "1")]
    [InlineData("words", "\"a\"")]
    [InlineData("words", "{}")]
    [InlineData("words", "[1]")]
    [InlineData("words", "[null]")]
    [InlineData("words", "[[\"a\"]]")]
    [InlineData("allNested", "{}")]
    [InlineData("allNested", "[1]")]
    [InlineData("allNested", "[null]")]
    public void Check_WrongType_NamesTheField(string field, string value)
    {
        var body = $"{{\"{field}\":{value}}}";

        var refusal = Check(body);

        Assert.Equal(Refusal.BadField(field), refusal);
        // The same fault deeper down is found too.
        Assert.Equal(refusal, Check("{\"allNested\":[{},{\"nested\":" + body + "}]}"));
    }

    [Theory]
    [InlineData("""{"merchantId":"a","merchantId":"a"}""", "merchantId")]
    [InlineData("""{"merchantId":"a","merchant_id":"b"}""", "merchantId")]
    [InlineData("""{"merchant_id":null,"merchantId":"b"}""", "merchantId")]
    [InlineData("""{"merchantId":"a","merchant\u0049d":"b"}""", "merchantId")]
    [InlineData("""{"nested":{},"nested":{}}""", "nested")]
    [InlineData("""{"nested":{"signed":1,"signed":2}}""", "signed")]
    [InlineData("""{"words":[],"words":[]}""", "words")]
    [InlineData("""{"unknown":1,"unknown":2}""", "unknown")]
    [InlineData("""{"a<b>甲":1,"a<b>甲":2}""", "a?b??")]
    public void Check_SameFieldTwice_NamesTheField(string body, string field) =>
        Assert.Equal(Refusal.BadField(field), Check(body));

    [Theory]
    [InlineData("""{"nested":{"signed":1},"signed":1}""")]
    [InlineData("""{"allNested":[{"signed":1},{"signed":1}]}""")]
    public void Check_SameFieldInAnotherObject_Passes(string body) => Assert.Null(Check(body));

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    public void Check_Nesting_EndsAtSixteenLevels(int levels, bool passes)
    {
        foreach (var name in new[] { "nested", "unknown" })
        {
            var opening = string.Concat(Enumerable.Repeat($"{{\"{name}\":", levels - 1));
            var body = opening + "{}" + new string('}', levels - 1);

            Assert.Equal(passes ? null : Refusal.MalformedJson, Check(body));
        }
    }

    [Fact]
    public void Check_MessageWithMoreThan64Fields_TellsAllOfThemApart()
    {
        static Refusal? CheckWide(IEnumerable<int> fields) => BodyGuard.Check(
            Encoding.UTF8.GetBytes($"{{{string.Join(',', fields.Select(i => $"\"f{i}\":1"))}}}"), GuardedMessages.Wide);

        Assert.Null(CheckWide(Enumerable.Range(1, 130)));
        Assert.Equal(Refusal.BadField("f128"), CheckWide(Enumerable.Range(1, 130).Append(128)));
        Assert.Equal(Refusal.BadField("f1"), CheckWide([1, 65, 129, 1]));
    }

    [Theory]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xE4, 0xB8 })]
    public void Check_InvalidUtf8_IsMalformed(byte[] bytes)
    {
        byte[] inString = [.. "{\"merchantId\":\""u8, .. bytes, .. "\"}"u8];
        byte[] inUnknown = [.. "{\"x\":\""u8, .. bytes, .. "\"}"u8];

        Assert.Same(Refusal.MalformedJson, BodyGuard.Check(inString, GuardedMessages.All));
        Assert.Same(Refusal.MalformedJson, BodyGuard.Check(inUnknown, GuardedMessages.All));
    }

    [Fact]
    public void Check_RandomBytes_NeverThrows() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        BodyGuard.Check(bytes, GuardedMessages.All);
        byte[] inside = [.. "{\"merchantId\":"u8, .. bytes];
        BodyGuard.Check(inside, GuardedMessages.All);
    });

    [Fact]
    public void Check_RandomTokens_PassesOnlyWhatIsOneJsonObject() => RandomBodies.Tokens.Sample(body =>
    {
        if (Check(body) is not null)
        {
            return;
        }

        using var parsed = System.Text.Json.JsonDocument.Parse(body);
        Assert.Equal(System.Text.Json.JsonValueKind.Object, parsed.RootElement.ValueKind);
    });

    [Fact]
    public void Check_RandomBodiesOfARealMessage_NeverThrow() => RandomBodies.Tokens.Sample(
        body => BodyGuard.Check(Encoding.UTF8.GetBytes(body), GenerateQrcodeRequest.Descriptor));
}
