using System.Text.Json;
using YiMaTong.Conformance.Tests.Target;
using YiMaTong.Conformance.Tests.Wire;
using YiMaTong.Conformance.Tests.World;

namespace YiMaTong.Conformance.Tests;

/// <summary>B.2 and the tags that scenes see.</summary>
public sealed class TagTests(ConformanceTarget target) : ConformanceTest(target)
{
    [Fact]
    public async Task UserTags_CitizenWithoutThem_IsAListThatLacksThem()
    {
        var (_, tokens) = await World.Citizen();

        var answer = Envelope.Is(await Api.Post(Paths.UserTags, new { accessToken = tokens.AccessToken }), "PY0000");

        Assert.DoesNotContain(CatalogueTags.Veteran, answer.Msg + answer.Response, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Array, answer.Response.ValueKind);
    }

    [Fact]
    public async Task Decode_SceneRegisteredForOneTag_SeesThatOneOnly()
    {
        var (citizen, tokens) = await World.Citizen();
        var numbers = await CatalogueTags.GiveBoth(World.Operator, citizen);
        var gate = await World.Merchant(await World.Scene(tagNumbers: [numbers[1]]));
        var code = await citizen.Mint(tokens);

        await Eventually.Satisfies(
            () => World.Reusable.DecodeAndOpen(code),
            opened => PrintedExampleTests.TagNumbers(opened).Count() == 2,
            "both tags at a gate that may see all");

        Assert.Equal([numbers[1]], PrintedExampleTests.TagNumbers(await gate.DecodeAndOpen(code)));
    }

    [Fact]
    public async Task Decode_TagsChange_GateShowsItWithinTheGoal()
    {
        var (citizen, tokens) = await World.Citizen();
        await CatalogueTags.GiveBoth(World.Operator, citizen);
        var code = await citizen.Mint(tokens);
        await Await(code, 2);

        await World.Operator.PutCitizen(citizen);

        await Await(code, 0);
    }

    [Theory]
    [InlineData(new string[0], false, false)]
    [InlineData(new[] { "conceal_name" }, true, false)]
    [InlineData(new[] { "conceal_card" }, false, true)]
    public async Task Decode_SceneRegisteredForFields_SeesThoseOnly(string[] fields, bool hasName, bool hasCard)
    {
        var (citizen, tokens) = await World.Citizen();
        await CatalogueTags.GiveBoth(World.Operator, citizen);
        var gate = await World.Merchant(await World.Scene(fields: fields));

        var opened = await gate.DecodeAndOpen(await citizen.Mint(tokens));

        Assert.Equal(hasName, HasText(opened, "concealName"));
        Assert.Equal(hasCard, HasText(opened, "concealCard"));
        Assert.Empty(PrintedExampleTests.TagNumbers(opened));
    }

    [Theory]
    [InlineData("tags", true, false, false)]
    [InlineData("conceal_name", false, true, false)]
    [InlineData("conceal_card", false, false, true)]
    public async Task Decode_CitizenConsentedToFields_GateSeesThoseOnly(
        string field, bool hasTags, bool hasName, bool hasCard)
    {
        var (citizen, tokens) = await World.Citizen(fields: [field]);
        await CatalogueTags.GiveBoth(World.Operator, citizen);
        var code = await citizen.Mint(tokens);

        var opened = await Eventually.Satisfies(
            () => World.Reusable.DecodeAndOpen(code),
            opened => !hasTags || PrintedExampleTests.TagNumbers(opened).Any(),
            "tags at the gate");

        Assert.Equal(hasTags, PrintedExampleTests.TagNumbers(opened).Any());
        Assert.Equal(hasName, HasText(opened, "concealName"));
        Assert.Equal(hasCard, HasText(opened, "concealCard"));
    }

    private static bool HasText(JsonElement opened, string name) =>
        opened.TryGetProperty(name, out var value) && !string.IsNullOrEmpty(value.GetString());

    private Task<JsonElement> Await(string code, int tags) => Eventually.Satisfies(
        () => World.Reusable.DecodeAndOpen(code),
        opened => PrintedExampleTests.TagNumbers(opened).Count() == tags,
        $"{tags} tags at the gate");
}
