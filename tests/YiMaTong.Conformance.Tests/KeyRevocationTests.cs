using YiMaTong.Conformance.Tests.Target;
using YiMaTong.Conformance.Tests.Wire;

namespace YiMaTong.Conformance.Tests;

/// <summary>Revoking a key voids every code under it, so these tests run alone, after all others.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;

/// <summary>PY2011: the key of a code is no longer honoured.</summary>
[Collection<Alone>]
public sealed class KeyRevocationTests(ConformanceTarget target) : ConformanceTest(target)
{
    [Fact]
    public async Task Decode_KeyOfTheCodeRevoked_IsPY2011AndFreshCodesPass()
    {
        var (citizen, tokens) = await World.Citizen();
        var code = await citizen.Mint(tokens);
        Envelope.Is(await World.Reusable.Decode(code), "PY0000");

        await World.Operator.Post("/api/v1/platform/code-keys/revoke", new { keyId = await MintingKey() });

        await Eventually.Satisfies(
            () => World.Reusable.Decode(code), answer => answer.Code == "PY2011", "PY2011 under a revoked key");
        await Eventually.Satisfies(
            async () => await World.Reusable.Decode(await citizen.Mint(tokens)),
            answer => answer.Code == "PY0000",
            "admission under the successor");
    }

    [Fact]
    public async Task Decode_KeyRotated_OldAndNewCodesPass()
    {
        var (citizen, tokens) = await World.Citizen();
        var code = await citizen.Mint(tokens);

        await World.Operator.Post("/api/v1/platform/code-keys/rotate", new { });

        Envelope.Is(await World.Reusable.Decode(code), "PY0000");
        Envelope.Is(await World.Reusable.Decode(await citizen.Mint(tokens)), "PY0000");
    }

    /// <summary>The key whose time to mint has come and not gone.</summary>
    private async Task<uint> MintingKey()
    {
        var now = DateTimeOffset.UtcNow;
        return (await World.Operator.List("/api/v1/platform/code-keys")).EnumerateArray()
            .Where(key => !key.GetProperty("revoked").GetBoolean())
            .Where(key => key.GetProperty("mintFrom").GetDateTimeOffset() <= now)
            .MaxBy(key => key.GetProperty("mintFrom").GetDateTimeOffset())
            .GetProperty("keyId").GetUInt32();
    }
}
