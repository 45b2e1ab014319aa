using System.Globalization;
using YiMaTong.Conformance.Tests.Target;
using YiMaTong.Conformance.Tests.Wire;
using YiMaTong.Conformance.Tests.World;

namespace YiMaTong.Conformance.Tests;

/// <summary>
/// One test for each row of the table of errata: where the standard contradicts itself, which reading holds.
/// </summary>
public sealed class ErrataTests(ConformanceTarget target) : ConformanceTest(target)
{
    [Fact]
    public async Task Envelope_TablesSayMessageExamplesMsg_IsMsg()
    {
        var (_, tokens) = await World.Citizen();

        var answer = await Api.Post(Paths.UserTags, new { accessToken = tokens.AccessToken });

        Assert.Equal("成功", answer.Msg);
        Assert.False(answer.Root.TryGetProperty("message", out _));
    }

    [Fact]
    public async Task UserTags_TableSaysIconCapitalised_IsIconWithTheValuesMovedBack()
    {
        var (citizen, tokens) = await World.Citizen();
        var numbers = await CatalogueTags.GiveBoth(World.Operator, citizen);

        var tags = Envelope.Is(await Api.Post(Paths.UserTags, new { accessToken = tokens.AccessToken }), "PY0000")
            .Response.EnumerateArray().ToArray();

        Assert.Equal(numbers, tags.Select(tag => tag.GetProperty("no").GetUInt32()));
        Assert.Equivalent(
            new[] { "退役军人", "E类人才" }, tags.Select(tag => tag.GetProperty("text").GetString()), strict: true);
        Assert.All(tags, tag => Assert.True(tag.TryGetProperty("icon", out _)));
        Assert.All(tags, tag => Assert.False(tag.TryGetProperty("Icon", out _)));
    }

    [Fact]
    public async Task ChannelQrcode_TableMisspellsThreeNames_HasTheExamplesSpelling()
    {
        var answer = await ChannelQrcode();

        Assert.All(["userName", "concealName", "concealCard"], name => Assert.NotEmpty(answer[name]));
        Assert.All(
            ["userNmae", "concelName", "concelCard"],
            name => Assert.False(answer.Response.TryGetProperty(name, out _)));
    }

    [Fact]
    public async Task ChannelQrcode_LatitudeLabelledDimension_IsGeographicLatitude()
    {
        var (citizen, _) = await World.Citizen();
        var tokens = await citizen.SignIn(World.Channel);

        var swapped = await Api.Post(
            Paths.ChannelQrcode,
                new { accessToken = tokens.AccessToken, latitude = "120.155070", longitude = "30.274085" });

        Envelope.Is(swapped, "PY1009");
    }

    [Theory]
    [InlineData("qrcod")]
    [InlineData("qrcode")]
    public async Task Decode_BothSpellings_AreAcceptedAndSignedUnderTheNameSent(string spelling)
    {
        var (citizen, tokens) = await World.Citizen();
        var code = await citizen.Mint(tokens);

        Envelope.Is(await World.Reusable.Send(World.Reusable.Request(code, spelling)), "PY0000");
    }

    [Theory]
    [InlineData("qrcod", "qrcode")]
    [InlineData("qrcode", "qrcod")]
    public async Task Decode_SignedUnderTheOtherSpelling_IsPY2002(string signedAs, string sentAs)
    {
        var (citizen, tokens) = await World.Citizen();
        var request = World.Reusable.Request(await citizen.Mint(tokens), signedAs);
        request[sentAs] = request[signedAs];
        request.Remove(signedAs);

        Envelope.Is(await World.Reusable.Send(request), "PY2002");
    }

    [Fact]
    public async Task Decode_TimePattern_IsYearMonthDay()
    {
        var (citizen, tokens) = await World.Citizen();
        var code = await citizen.Mint(tokens);
        var local = DateTimeOffset.UtcNow.ToOffset(TimeSpan.FromHours(8));
        var moment = local.Second == local.Day ? local.AddSeconds(-1) : local;
        var misprinted = moment.ToString("yyyyMMssHHmmss", CultureInfo.InvariantCulture);

        Envelope.IsOneOf(await World.Reusable.Send(World.Reusable.Request(code, time: misprinted)), "PY1001", "PY2003");
        Envelope.Is(await World.Reusable.Send(World.Reusable.Request(code, time: Gate.NextTime())), "PY0000");
    }

    [Fact]
    public async Task ServerTime_PrintedWithoutABlank_HasOneAndIsUtcPlus8()
    {
        var (_, tokens) = await World.Citizen();
        var generated = await Api.Post(Paths.Generate, new { accessToken = tokens.AccessToken, isImage = "0" });
        var channel = await ChannelQrcode();

        Assert.All([generated["serverTime"], channel["serverTime"]], text =>
        {
            var time = DateTime.ParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            var distance = new DateTimeOffset(time, TimeSpan.FromHours(8)) - DateTimeOffset.UtcNow;
            Assert.True(distance.Duration() < TimeSpan.FromMinutes(5), $"{text} is not the time of UTC+8");
        });
    }

    [Fact]
    public async Task Generate_AlmostTheSameAsB3_IsForThePlatformsOwnAppWithoutFullData()
    {
        var (citizen, tokens) = await World.Citizen();
        var ofChannel = await citizen.SignIn(World.Channel);

        var b1 = Envelope.Is(await Api.Post(Paths.Generate, new { accessToken = tokens.AccessToken }), "PY0000");
        var b1ByChannel = await Api.Post(
            Paths.Generate, new { accessToken = ofChannel.AccessToken, latitude = "30.2", longitude = "120.1" });

        Assert.All(["idCard", "userName"], name => Assert.False(b1.Response.TryGetProperty(name, out _)));
        Envelope.IsOneOf(b1ByChannel, "PY1002", "PY1003", "PY1006");
    }

    [Fact]
    public async Task EmergencyCode_NoInterfaceGiven_IsNoneOfTheFiveAndNoOnlineCode()
    {
        var paths = Envelope.Is(await Api.Get(Paths.Services), "PY0000").Response
            .GetProperty("interfaces").EnumerateArray().Select(row => row.GetProperty("path").GetString());

        Assert.Equal(5, paths.Count());
        Envelope.IsOneOf(await World.Reusable.Decode("YE1ABCDEFGHIJKLMNOP"), "PY2006", "PY2014");
    }

    [Fact]
    public async Task ServiceTypes_OddNumbers_AreKeptAsPrinted()
    {
        var types = Envelope.Is(await Api.Get(Paths.Services), "PY0000").Response
            .GetProperty("serviceTypes").EnumerateArray().Select(row => row.GetProperty("type").GetString());

        Assert.Equal(["1000", "20000", "30000"], types);
    }

    private async Task<Answer> ChannelQrcode()
    {
        var (citizen, _) = await World.Citizen();
        var tokens = await citizen.SignIn(World.Channel);
        return Envelope.Is(
            await Api.Post(
                Paths.ChannelQrcode,
                    new { accessToken = tokens.AccessToken, latitude = "30.274085", longitude = "120.155070" }),
            "PY0000");
    }
}
