using System.Text.Json;
using YiMaTong.Conformance.Tests.Target;
using YiMaTong.Conformance.Tests.Wire;
using YiMaTong.Conformance.Tests.World;

namespace YiMaTong.Conformance.Tests;

/// <summary>The examples that Annex B prints, each as the product answers it.</summary>
public sealed class PrintedExampleTests(ConformanceTarget target) : ConformanceTest(target)
{
    [Fact]
    public async Task Generate_ExampleOfB1_HasItsShape()
    {
        var (_, tokens) = await World.Citizen();

        var answer = await Api.Post(
            Paths.Generate, new { accessToken = tokens.AccessToken, latitude = "30.274085", longitude = "120.155070" });

        Golden.Matches("b1-generate.json", Envelope.Is(answer, "PY0000").Root);
    }

    [Fact]
    public async Task UserTags_ExampleOfB2_HasItsShape()
    {
        var (citizen, tokens) = await World.Citizen();
        await CatalogueTags.GiveBoth(World.Operator, citizen);

        var answer = await Api.Post(Paths.UserTags, new { accessToken = tokens.AccessToken });

        Golden.Matches("b2-tags.json", Envelope.Is(answer, "PY0000").Root);
    }

    [Fact]
    public async Task ChannelQrcode_ExampleOfB3_HasItsShape()
    {
        var (citizen, _) = await World.Citizen();
        var tokens = await citizen.SignIn(World.Channel);

        var answer = await Api.Post(
            Paths.ChannelQrcode,
                new { accessToken = tokens.AccessToken, longitude = "120.155070", latitude = "30.274085" });

        Golden.Matches("b3-channel.json", Envelope.Is(answer, "PY0000").Root);
        Assert.Equal(citizen.IdNumber, answer["idCard"]);
    }

    [Fact]
    public async Task Decode_ExampleOfB4_HasItsShape()
    {
        var (citizen, tokens) = await World.Citizen();
        var numbers = await CatalogueTags.GiveBoth(World.Operator, citizen);
        var code = await citizen.Mint(tokens);
        Golden.Matches("b4-decode.json", Envelope.Is(await World.Reusable.Decode(code), "PY0000").Root);

        var opened = await Eventually.Satisfies(
            () => World.Reusable.DecodeAndOpen(code),
            opened => TagNumbers(opened).SequenceEqual(numbers),
            "the tags at the gate");

        Golden.Matches("b4-opened.json", opened);
    }

    [Fact]
    public async Task Authorize_InterfaceB5_HasItsShape()
    {
        var citizen = await World.Stranger();
        Envelope.Is(await citizen.TryConsent(World.Channel, TestCitizen.AllScopes), "PY0000");
        var code = await citizen.AuthorizationCode(World.Channel, TestCitizen.AllScopes);

        var answer = await Api.Post(Paths.Authorize, new { code, appId = World.Channel.AppId });

        Golden.Matches("b5-authorize.json", Envelope.Is(answer, "PY0000").Root);
        Assert.Equal(
            TestCitizen.AllScopes.Split(' ').Order(StringComparer.Ordinal),
            answer["scope"].Split(' ').Order(StringComparer.Ordinal));
        Assert.True(answer.Response.GetProperty("expiresIn").GetInt32() > 0);
    }

    [Fact]
    public async Task Services_Tables1And2_AreServedAsPrinted() =>
        Golden.Matches("services.json", Envelope.Is(await Api.Get(Paths.Services), "PY0000").Root);

    internal static IEnumerable<uint> TagNumbers(JsonElement opened) => opened.TryGetProperty("tags", out var tags)
        ? tags.EnumerateArray().Select(tag => tag.GetProperty("no").GetUInt32())
        : [];
}
