using System.Text;
using Google.Protobuf;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Standard;

namespace YiMaTong.Decode.Tests;

/// <summary>What is read directly, beside Protobuf's own JSON parser.</summary>
public sealed class StandardJsonTests
{
    private const int Rounds = 100_000;

    private static readonly string[] Pieces =
    [
        "\"", "\\", "\\\"", "\\/", "\\u0041", "\\ud800", "\\ud83d\\ude00", "{", "}", "[", "]", ":", ",", " ", "\n",
        "null", "true", "1", "1e9", "\"macId\"", "\"mac_id\"", "\"qrcode\":\"x\",", "\"extra\":1,", "/*c*/", "张",
        "\u0000", "\uFEFF",
    ];

    [Fact]
    public void TryRead_RandomlyAltered_ReadsNothingThatProtobufReadsOtherwise()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var valid = DirectStandardDecodeTests.Json(new()
        {
            MerchantId = "hz-metro",
            MacId = "gate-01",
            Time = "20260916201200",
            Qrcod = "YM1 $%*+-./:",
            Qrcode = "YM1 $%*+-./:",
            Sign = "abc/+=",
        });
        var (read, altered) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var text = Alter(valid, random);
            if (!StandardJson.TryRead(Encoding.UTF8.GetBytes(text), out var request))
            {
                continue;
            }

            Assert.Equal(JsonParser.Default.Parse<DecodeQrcodeRequest>(text), request);
            read++;
            altered += text == valid ? 0 : 1;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{read} of {Rounds} read, {altered} of them altered");
        Assert.True(altered > Rounds / 100, "alterations that are read are rare: the test shows little");
    }

    [Theory]
    [InlineData("""{"macId":"a\/b"}""", "a/b")]
    [InlineData("""{ "macId" : "\"\\" }""", "\"\\")]
    [InlineData("{}", "")]
    public void TryRead_PlainEscapes_AreRead(string json, string macId)
    {
        Assert.True(StandardJson.TryRead(Encoding.UTF8.GetBytes(json), out var request));
        Assert.Equal(macId, request.MacId);
    }

    private static string Alter(string text, Random random)
    {
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(text.Length);
            var until = Math.Min(text.Length, at + random.Next(3));
            var piece = random.Next(6) switch
            {
                0 => "",
                1 => ((char)random.Next(32, 127)).ToString(),
                _ => Pieces[random.Next(Pieces.Length)],
            };
            text = text[..at] + piece + text[until..];
        }

        return text;
    }
}
