using YiMaTong.Conformance.Tests.Target;
using YiMaTong.Conformance.Tests.Wire;
using YiMaTong.Testing;

namespace YiMaTong.Conformance.Tests;

/// <summary>B.4: what became of the code. Foreign, used, revoked, expired, unauthorised, denied.</summary>
public sealed class DecodeCodeTests(ConformanceTarget target) : ConformanceTest(target)
{
    /// <summary>What a scanner window sees besides our codes.</summary>
    public static TheoryData<string> Foreign =>
    [
        "281234567890123456", // The digits of a payment scheme.
        "https://example.com/?code=YM1ABC",
        "YM",
        "YM1",
        "YM9ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDE",
        "ym1abcdefghijklmnop",
        "\u0001\u0002\u00ff\u0000\u0080binary",
        "二维码",
        "😀",
        " ",
        new string('A', 512),
        "YM1" + new string(':', 57),
    ];

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task Decode_ForeignText_IsPY2006(string text) =>
        Envelope.Is(await World.Reusable.Decode(text), "PY2006");

    [Fact]
    public async Task Decode_TextOver512Characters_IsRefused() =>
        Envelope.IsOneOf(await World.Reusable.Decode(new string('A', 513)), "PY1001", "PY2006");

    [Fact]
    public async Task Decode_CodeCut_IsPY2006()
    {
        var (citizen, tokens) = await World.Citizen();
        var code = await citizen.Mint(tokens);

        for (var length = 3; length < code.Length; length += 4)
        {
            Envelope.Is(await World.Reusable.Decode(code[..length]), "PY2006");
        }

        Envelope.Is(await World.Reusable.Decode(code[..^1]), "PY2006");
        Envelope.Is(await World.Reusable.Decode(code + "0"), "PY2006");
        Envelope.Is(await World.Reusable.Decode(" " + code), "PY2006");
    }

    [Fact]
    public async Task Decode_OneCharacterAltered_NeverPasses()
    {
        var (citizen, tokens) = await World.Citizen();
        var code = await citizen.Mint(tokens);

        for (var i = 2; i < code.Length; i += 2)
        {
            var altered = code[..i] + (code[i] == 'A' ? 'B' : 'A') + code[(i + 1)..];

            // The number of the key lies in clear at the front, so an altered one may name a key that is none.
            Envelope.IsOneOf(await World.Reusable.Decode(altered), i < 8 ? ["PY2006", "PY2011"] : ["PY2006"]);
        }
    }

    [Fact]
    public async Task Decode_ReusableScene_TakesOneCodeAsOftenAsItIsShown()
    {
        var (citizen, tokens) = await World.Citizen();
        var code = await citizen.Mint(tokens);
        var next = await World.Device(World.Reusable);

        Assert.All(
            [await World.Reusable.Decode(code), await World.Reusable.Decode(code), await next.Decode(code)],
            answer => Envelope.Is(answer, "PY0000"));
    }

    [Fact]
    public async Task Decode_OnceScene_UsedByAnotherDevice_IsPY2009()
    {
        var (citizen, tokens) = await World.Citizen();
        var code = await citizen.Mint(tokens);
        Envelope.Is(await World.Once.Decode(code), "PY0000");

        Envelope.Is(await World.OnceNextDoor.Decode(code), "PY2009");
    }

    [Fact]
    public async Task Decode_OnceScene_SameDeviceWithinItsGrace_IsTheSameDecision()
    {
        var (citizen, tokens) = await World.Citizen();
        var code = await citizen.Mint(tokens);

        var first = await World.Once.DecodeAndOpen(code);
        var second = await World.Once.DecodeAndOpen(code);

        Assert.Equal(first.GetProperty("decisionId").GetString(), second.GetProperty("decisionId").GetString());
    }

    [Fact]
    public async Task Decode_OnceScene_ManyDevicesAtOnce_AdmitsExactlyOne()
    {
        var gates = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => World.Device(World.Once)));
        var (citizen, tokens) = await World.Citizen();
        var code = await citizen.Mint(tokens);

        var answers = await Task.WhenAll(gates.Select(gate => gate.Decode(code)));

        Assert.Single(answers, answer => answer.Code == "PY0000");
        Assert.Equal(7, answers.Count(answer => answer.Code == "PY2009"));
    }

    [Fact]
    public async Task Decode_CodesRevoked_IsPY2010WithinTheGoalAndFreshCodesPass()
    {
        var (citizen, tokens) = await World.Citizen();
        var code = await citizen.Mint(tokens);
        Envelope.Is(await World.Reusable.Decode(code), "PY0000");

        await citizen.RevokeCodes();

        await Becomes(code, "PY2010");
        Envelope.Is(await World.Reusable.Decode(await citizen.Mint(tokens)), "PY0000");
        Envelope.Is(await World.Reusable.Decode(code), "PY2010");
    }

    [Theory]
    [InlineData("FROZEN")]
    [InlineData("CLOSED")]
    public async Task Decode_CitizenFrozenOrClosed_IsPY2010WithinTheGoal(string state)
    {
        var (citizen, tokens) = await World.Citizen();
        var code = await citizen.Mint(tokens);
        await World.Operator.PutCitizen(citizen, state);

        await Becomes(code, "PY2010");
    }

    [Fact]
    public async Task Decode_ClaimWithdrawn_IsRefusedWithinTheGoal()
    {
        var (citizen, tokens) = await World.Citizen();
        var code = await citizen.Mint(tokens);
        await citizen.Withdraw(null);

        // The withdrawal voids the code and ends the consent; the standard does not say which is told.
        await Becomes(code, "PY2010", "PY2016");
    }

    [Fact]
    public async Task Decode_SceneOfAKindNotConsentedTo_IsPY2016()
    {
        var (citizen, tokens) = await World.Citizen(sceneKinds: ["d"]);
        var library = await World.Merchant(await World.Scene(kind: "d"));
        var code = await citizen.Mint(tokens);

        Envelope.Is(await World.Reusable.Decode(code), "PY2016");
        Envelope.Is(await library.Decode(code), "PY0000");
    }

    [Fact]
    public async Task Decode_RuleDenies_IsPY2017UntilTheCitizenQualifies()
    {
        var gate = await World.Merchant(await World.Scene(
            rule: """subject.TalentLevel == "E" && scene.Route in ("K7", "B1")"""));
        var (citizen, tokens) = await World.Citizen();
        var code = await citizen.Mint(tokens);
        Envelope.Is(await gate.Decode(code), "PY2017");

        await World.Operator.PutCitizen(citizen, attributes: new { talentLevel = "E" });

        await Eventually.Satisfies(() => gate.Decode(code), answer => answer.Code == "PY0000", "admission");
    }

    [Fact]
    public async Task Decode_TypeThatTheSceneDoesNotTake_IsPY1010()
    {
        var gate = await World.Merchant(await World.Scene(types: ["ty"]));
        var (citizen, tokens) = await World.Citizen();

        Envelope.Is(await gate.Decode(await citizen.Mint(tokens)), "PY1010");
    }

    [Fact]
    public async Task Decode_LifeOver_IsPY2008AndToTheUnentitledPY2007()
    {
        var (citizen, tokens) = await World.Citizen();
        var code = await citizen.Mint(tokens);

        // A code lives 60 s by default and 5 s more are allowed for clocks.
        await AwaitUntil.Satisfies(
            () => World.Reusable.Decode(code),
            answer => Envelope.IsOneOf(answer, "PY0000", "PY2008").Code == "PY2008",
            TimeSpan.FromSeconds(100),
            "expiry",
            TimeSpan.FromSeconds(1),
            TestContext.Current.CancellationToken);

        Envelope.Is(await World.Discreet.Decode(code), "PY2007");
    }

    [Fact]
    public async Task Decode_MerchantNotEntitledToReasons_GetsOneAnswerForAll()
    {
        var (citizen, tokens) = await World.Citizen();
        var scene = await World.Scene(singleUse: true);
        var entitled = await World.Merchant(scene);
        var discreet = await World.Merchant(scene, detail: false);
        var used = await citizen.Mint(tokens);
        Envelope.Is(await entitled.Decode(used), "PY0000");
        var (narrow, narrowTokens) = await World.Citizen(sceneKinds: ["d"]);
        var unauthorised = await narrow.Mint(narrowTokens);
        var (loser, loserTokens) = await World.Citizen();
        var revoked = await loser.Mint(loserTokens);
        await loser.RevokeCodes();
        await Becomes(revoked, "PY2010");

        var bodies = new HashSet<string>();
        foreach (var code in new[] { used, unauthorised, revoked })
        {
            bodies.Add(Envelope.Is(await discreet.Decode(code), "PY2007").Body);
        }

        Assert.Single(bodies);
    }

    private async Task Becomes(string code, params string[] expected) => await Eventually.Satisfies(
        () => World.Reusable.Decode(code), answer => expected.Contains(answer.Code), string.Join(" or ", expected));
}
