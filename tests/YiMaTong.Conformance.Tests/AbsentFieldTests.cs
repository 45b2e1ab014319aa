using System.Text.Json;
using YiMaTong.Conformance.Tests.Target;
using YiMaTong.Conformance.Tests.Wire;

namespace YiMaTong.Conformance.Tests;

/// <summary>Missing, null and empty are alike, and what a request has beyond the tables is ignored.</summary>
public sealed class AbsentFieldTests(ConformanceTarget target) : ConformanceTest(target)
{
    [Theory]
    [InlineData(Paths.Generate, "accessToken", "PY1002")]
    [InlineData(Paths.ChannelQrcode, "accessToken", "PY1002")]
    [InlineData(Paths.UserTags, "accessToken", "PY1002")]
    [InlineData(Paths.Authorize, "code", "PY1001")]
    [InlineData(Paths.Authorize, "appId", "PY1001")]
    [InlineData(Paths.Decode, "merchantId", "PY1001")]
    [InlineData(Paths.Decode, "time", "PY1001")]
    [InlineData(Paths.Decode, "sign", "PY1001")]
    [InlineData(Paths.Decode, "macId", "PY1001")]
    public async Task RequiredField_MissingNullOrEmpty_IsAlike(string path, string field, string expected)
    {
        var bodies = new HashSet<string>();
        foreach (var answer in await Variants(path, Others(path), field))
        {
            bodies.Add(Envelope.Is(answer, expected).Body);
        }

        Assert.Single(bodies);
    }

    [Theory]
    [InlineData("latitude")]
    [InlineData("longitude")]
    public async Task Position_MissingNullOrEmpty_IsAlike(string field)
    {
        var (citizen, _) = await World.Citizen();
        var tokens = await citizen.SignIn(World.Channel);
        var others = new Dictionary<string, string?>
        {
            ["accessToken"] = tokens.AccessToken,
            ["latitude"] = "30.2",
            ["longitude"] = "120.1",
        };

        Assert.All(
            await Variants(Paths.ChannelQrcode, others, field),
            answer => Envelope.Names(Envelope.Is(answer, "PY1001"), field));
    }

    [Fact]
    public async Task PositionNotRequired_BothMissingNullOrEmpty_IsAlike()
    {
        var (_, tokens) = await World.Citizen();
        object?[] variants =
        [
            new { accessToken = tokens.AccessToken },
            new { accessToken = tokens.AccessToken, latitude = (string?)null, longitude = (string?)null },
            new { accessToken = tokens.AccessToken, latitude = "", longitude = "" },
            new { accessToken = tokens.AccessToken, latitude = "", longitude = (string?)null, isImage = (string?)null,
                qrcodeType = "" },
        ];

        foreach (var variant in variants)
        {
            Envelope.Is(await Api.Post(Paths.Generate, variant!), "PY0000");
        }
    }

    [Fact]
    public async Task Decode_OtherSpellingNullOrEmpty_IsAlike()
    {
        var (citizen, tokens) = await World.Citizen();
        var code = await citizen.Mint(tokens);

        foreach (var other in new[] { null, "" })
        {
            var request = World.Reusable.Request(code).ToDictionary(field => field.Key, field => (string?)field.Value);
            request["qrcode"] = other;
            Envelope.Is(await Api.Post(Paths.Decode, request), "PY0000");
        }
    }

    [Fact]
    public async Task UnknownField_InEachShape_IsIgnored()
    {
        var (_, tokens) = await World.Citizen();
        var token = JsonSerializer.Serialize(tokens.AccessToken);
        var body = $$$"""
            {"a":null,"b":[1,{"c":"d"}],"e":{"f":{}},"message":"x","accessToken":{{{token}}},"":1}
            """;

        Envelope.Is(await Api.PostRaw(Paths.Generate, body), "PY0000");
    }

    private static Dictionary<string, string?> Others(string path) => path switch
    {
        Paths.Decode => new()
        {
            ["merchantId"] = "m",
            ["time"] = "20260916201200",
            ["sign"] = "AAAA",
            ["qrcod"] = "YM1",
            ["macId"] = "d",
        },
        Paths.Authorize => new() { ["code"] = "c", ["appId"] = "a" },
        _ => new() { ["latitude"] = "30.2", ["longitude"] = "120.1" },
    };

    private async Task<List<Answer>> Variants(string path, Dictionary<string, string?> others, string field)
    {
        var answers = new List<Answer>();
        others.Remove(field);
        answers.Add(await Api.Post(path, others));
        foreach (var value in new[] { null, "" })
        {
            others[field] = value;
            answers.Add(await Api.Post(path, others));
        }

        return answers;
    }
}
