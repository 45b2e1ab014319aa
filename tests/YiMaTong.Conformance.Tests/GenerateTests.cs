using System.Globalization;
using YiMaTong.Conformance.Tests.Target;
using YiMaTong.Conformance.Tests.Wire;
using YiMaTong.Conformance.Tests.World;
using YiMaTong.Testing;

namespace YiMaTong.Conformance.Tests;

/// <summary>B.1 and B.3: the code, the masks and each return code that they have.</summary>
public sealed class GenerateTests(ConformanceTarget target) : ConformanceTest(target)
{
    [Fact]
    public async Task Generate_Picture_IsReadByAnIndependentReaderAsTheCode()
    {
        var (_, tokens) = await World.Citizen();
        var answer = Envelope.Is(await Api.Post(Paths.Generate, new { accessToken = tokens.AccessToken }), "PY0000");
        using var folder = new TempDirectory();
        await File.WriteAllBytesAsync(
            folder.Combine("code.png"), Convert.FromBase64String(answer["qrcodeBase64"]),
                TestContext.Current.CancellationToken);

        var (exitCode, output) = await ManagedProcess.Run(
            "zbarimg", ["--raw", "-q", "--nodbus", "code.png"], TimeSpan.FromSeconds(20), folder.Path,
                TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, $"zbarimg could not read the picture: {output}");
        Assert.Equal(answer["qrcode"], output.TrimEnd('\r', '\n'));
    }

    [Fact]
    public async Task Generate_IsImageZero_LeavesThePictureOut()
    {
        var (_, tokens) = await World.Citizen();

        var answer = await Api.Post(Paths.Generate, new { accessToken = tokens.AccessToken, isImage = "0" });

        Assert.False(Envelope.Is(answer, "PY0000").Response.TryGetProperty("qrcodeBase64", out _));
    }

    [Fact]
    public async Task Generate_Twice_GivesCodesWithNothingStableBetweenThemButThePrefix()
    {
        var (citizen, tokens) = await World.Citizen();

        var codes = new[] { await citizen.Mint(tokens), await citizen.Mint(tokens) };

        Assert.All(codes, code => Assert.InRange(code.Length, 10, 61));
        var (first, second) = (codes[0][16..], codes[1][16..]);
        var alike = first.Zip(second).Count(pair => pair.First == pair.Second);
        Assert.True(alike < first.Length / 3, $"{alike} of {first.Length} characters are alike");
    }

    [Fact]
    public async Task Generate_Times_RefreshComesBeforeExpiry()
    {
        var (_, tokens) = await World.Citizen();

        var answer = Envelope.Is(await Api.Post(Paths.Generate, new { accessToken = tokens.AccessToken }), "PY0000");

        var life = Parse(answer["expireTime"]) - Parse(answer["serverTime"]);
        Assert.InRange(answer.Response.GetProperty("refreshAfter").GetInt32(), 1, (int)life.TotalSeconds - 1);
    }

    [Theory]
    [InlineData("张三", "*三")]
    [InlineData("严", "*")]
    [InlineData("欧阳明月", "***月")]
    [InlineData("买买提·艾力", "*****力")]
    [InlineData("𠮷野家", "**家")]
    [InlineData("王𠮷", "*𠮷")]
    [InlineData("Ame\u0301", "**e\u0301")]
    public async Task Generate_Names_AreStarredButForTheLastTextElement(string name, string masked)
    {
        var (_, tokens) = await World.Citizen(name);

        var answer = await Api.Post(Paths.Generate, new { accessToken = tokens.AccessToken, isImage = "0" });

        Assert.Equal(masked, Envelope.Is(answer, "PY0000")["concealName"]);
    }

    [Fact]
    public async Task Generate_NumberThatEndsInX_KeepsFirstAndLastAroundFourteenStars()
    {
        string number;
        do
        {
            number = ResidentNumber.Next();
        }
        while (number[^1] != 'X');
        var (_, tokens) = await World.Citizen(idNumber: number);

        var answer = await Api.Post(Paths.Generate, new { accessToken = tokens.AccessToken, isImage = "0" });

        Assert.Equal("9**************X", Envelope.Is(answer, "PY0000")["concealCard"]);
    }

    [Theory]
    [InlineData(Paths.Generate)]
    [InlineData(Paths.ChannelQrcode)]
    [InlineData(Paths.UserTags)]
    public async Task Call_TokenUnknown_IsPY1002(string path) => Envelope.Is(
        await Api.Post(path, new { accessToken = "no-such-token", latitude = "30.2", longitude = "120.1" }), "PY1002");

    [Fact]
    public async Task Authenticate_AuthorityDoesNotKnowThePair_IsPY1004() => Envelope.Is(
        await Api.Post("/api/v1/citizen/sessions", new { idNumber = ResidentNumber.Next("999999"), name = "张三" }),
            "PY1004");

    [Fact]
    public async Task Authenticate_CheckDigitWrong_IsPY1001NamingTheNumber()
    {
        var number = ResidentNumber.Next();
        var wrong = number[..^1] + (number[^1] == '0' ? '1' : '0');

        Envelope.Names(
            Envelope.Is(await Api.Post("/api/v1/citizen/sessions", new { idNumber = wrong, name = "张三" }), "PY1001"),
                "idNumber");
    }

    [Fact]
    public async Task Generate_NotClaimed_IsPY1005()
    {
        var citizen = await World.Stranger();
        var tokens = await citizen.SignIn(World.PlatformApp);

        Envelope.Is(await Api.Post(Paths.Generate, new { accessToken = tokens.AccessToken }), "PY1005");
    }

    [Fact]
    public async Task Generate_ClaimWithdrawn_IsRefused()
    {
        var (citizen, tokens) = await World.Citizen();
        await citizen.Withdraw(null);

        // A withdrawn claim is both "not claimed" and "consent withdrawn"; Appendix C does not say which comes first.
        Envelope.IsOneOf(await Api.Post(Paths.Generate, new { accessToken = tokens.AccessToken }), "PY1005", "PY1006");
    }

    [Fact]
    public async Task Generate_ScopeLacking_IsPY1006()
    {
        var (citizen, _) = await World.Citizen();
        var tokens = await citizen.SignIn(World.PlatformApp, "tags");

        Envelope.Is(await Api.Post(Paths.Generate, new { accessToken = tokens.AccessToken }), "PY1006");
    }

    [Fact]
    public async Task UserTags_ScopeLacking_IsPY1006()
    {
        var (citizen, _) = await World.Citizen();
        var tokens = await citizen.SignIn(World.PlatformApp, "qrcode");

        Envelope.Is(await Api.Post(Paths.UserTags, new { accessToken = tokens.AccessToken }), "PY1006");
    }

    [Fact]
    public async Task Generate_ConsentOfTheAppWithdrawn_IsPY1006()
    {
        var (citizen, tokens) = await World.Citizen();
        await citizen.Withdraw(World.PlatformApp);

        Envelope.Is(await Api.Post(Paths.Generate, new { accessToken = tokens.AccessToken }), "PY1006");
    }

    [Theory]
    [InlineData("FROZEN")]
    [InlineData("CLOSED")]
    public async Task Generate_CitizenFrozenOrClosed_IsPY1007(string state)
    {
        var (citizen, tokens) = await World.Citizen();
        await World.Operator.PutCitizen(citizen, state);

        Envelope.Is(await Api.Post(Paths.Generate, new { accessToken = tokens.AccessToken }), "PY1007");
        Envelope.Is(await Api.Post(Paths.UserTags, new { accessToken = tokens.AccessToken }), "PY1007");
    }

    [Theory]
    [InlineData("90.000001", "120")]
    [InlineData("-91", "120")]
    [InlineData("30", "180.5")]
    [InlineData("30", "-181")]
    public async Task Generate_PositionOffTheGlobe_IsPY1009(string latitude, string longitude)
    {
        var (_, tokens) = await World.Citizen();

        Envelope.Is(
            await Api.Post(Paths.Generate, new { accessToken = tokens.AccessToken, latitude, longitude }), "PY1009");
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e1")]
    [InlineData("30,2")]
    [InlineData("0x1E")]
    public async Task Generate_PositionIsNoDecimal_IsRefused(string latitude)
    {
        var (_, tokens) = await World.Citizen();
        var answer =
            await Api.Post(Paths.Generate, new { accessToken = tokens.AccessToken, latitude, longitude = "120" });

        Envelope.IsOneOf(answer, "PY1001", "PY1009");
    }

    [Theory]
    [InlineData("latitude")]
    [InlineData("longitude")]
    public async Task ChannelQrcode_PositionRequiredAndLacking_IsPY1001NamingIt(string missing)
    {
        var (citizen, _) = await World.Citizen();
        var tokens = await citizen.SignIn(World.Channel);
        var request = new Dictionary<string, string>
        {
            ["accessToken"] = tokens.AccessToken,
            ["latitude"] = "30.2",
            ["longitude"] = "120.1",
        };
        request.Remove(missing);

        Envelope.Names(Envelope.Is(await Api.Post(Paths.ChannelQrcode, request), "PY1001"), missing);
    }

    [Fact]
    public async Task Generate_PositionNotRequired_ComesWithoutOne()
    {
        var (_, tokens) = await World.Citizen();

        Envelope.Is(await Api.Post(Paths.Generate, new { accessToken = tokens.AccessToken }), "PY0000");
    }

    [Theory]
    [InlineData("zz")]
    [InlineData("GJ")]
    public async Task Generate_TypeNotRegistered_IsPY1010(string qrcodeType)
    {
        var (_, tokens) = await World.Citizen();

        Envelope.Is(await Api.Post(Paths.Generate, new { accessToken = tokens.AccessToken, qrcodeType }), "PY1010");
    }

    [Theory]
    [InlineData("qrcode", false, false)]
    [InlineData("qrcode user_name", true, false)]
    [InlineData("qrcode id_card", false, true)]
    [InlineData("qrcode user_name id_card", true, true)]
    public async Task ChannelQrcode_FullData_OnlyWhereTheCitizenConsented(string scopes, bool hasName, bool hasCard)
    {
        var (citizen, _) = await World.Citizen();
        var tokens = await citizen.SignIn(World.Channel, scopes);

        var answer = await ChannelQrcode(tokens);

        Assert.Equal(hasName ? citizen.Name : "", answer["userName"]);
        Assert.Equal(hasCard ? citizen.IdNumber : "", answer["idCard"]);
        Assert.Equal("*三", answer["concealName"]);
    }

    [Fact]
    public async Task ChannelQrcode_FullData_OnlyWhereTheChannelIsApproved()
    {
        var app = await World.Operator.PutChannel(World.Name("narrow"), scopes: ["qrcode", "tags"]);
        var (citizen, _) = await World.Citizen();
        var tokens = await citizen.SignIn(app, "qrcode tags");

        var answer = await ChannelQrcode(tokens);

        Assert.Equal("", answer["userName"]);
        Assert.Equal("", answer["idCard"]);
    }

    private async Task<Answer> ChannelQrcode(Tokens tokens) => Envelope.Is(
        await Api.Post(
            Paths.ChannelQrcode,
            new { accessToken = tokens.AccessToken, latitude = "30.2", longitude = "120.1", isImage = "0" }),
        "PY0000");

    private static DateTime Parse(string text) =>
        DateTime.ParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
