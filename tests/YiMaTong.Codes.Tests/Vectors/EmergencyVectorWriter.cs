using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Codes.Tests.Emergency;
using static YiMaTong.Codes.Tests.Emergency.EmergencyWorld;

namespace YiMaTong.Codes.Tests.Vectors;

/// <summary>Makes tests/vectors/emergency.json out of the world of the tests, or lets it grow.</summary>
internal static class EmergencyVectorWriter
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static string Write(EmergencyFile? old)
    {
        var file = old ?? First(Instance);
        var known = file.Refused.ToDictionary(vector => vector.Why);
        var refused = EmergencyCases.All.Select(given => known.GetValueOrDefault(given.Why) ?? Refused(given));
        return JsonSerializer.Serialize(file with { Refused = [.. refused] }, _options) + "\n";
    }

    internal static EmergencyValidVector Describe(string text, uint now, int sceneKind, VerifiedEmergencyCode code) =>
        new(
            $"{code.Form}",
            text,
            now,
            sceneKind,
            $"{code.KeyId}",
            $"{code.Grant.Region}",
            code.Grant.NotBefore,
            code.Grant.Expires,
            code.Grant.Tags.ToString("x16", CultureInfo.InvariantCulture),
            code.Grant.SceneKinds,
            code.Grant.StatusList,
            code.Grant.StatusIndex,
            code.ShownAt,
            code.Position is { } north ? Math.Round(north.Latitude, 6) : null,
            code.Position is { } east ? Math.Round(east.Longitude, 6) : null,
            code.TokenId.ToString("x32", CultureInfo.InvariantCulture),
            code.ShowingId.ToString("x32", CultureInfo.InvariantCulture));

    internal static EmergencyTagVector Describe(CatalogueTag tag) =>
        new(tag.Number, tag.Text, tag.Icon, tag.BackgroundColor, tag.FontColor);

    private static EmergencyFile First(EmergencyWorld world) => new(
        "Keys for tests: their private numbers are counting bytes, published here, and in use nowhere.",
        [
            Key("root", world.Root), Key("issuer", world.Issuer), Key("revoked issuer", world.RevokedIssuer),
            Key("expired issuer", world.ExpiredIssuer), Key("documents", world.Documents),
            Key("stranger", world.Stranger), Key("holder", world.Holder),
        ],
        new EmergencyGateVector($"{Gate}", 30, 60),
        Documents(world),
        [.. Valid(world)],
        [],
        [.. Standings()],
        [.. EmergencyWorld.Catalogue.Tags.Select(Describe)]);

    private static EmergencyRefusedVector Refused(EmergencyCase given) => new(
        given.Why,
        given.Text,
        given.Now,
        given.SceneKind,
        $"{given.Status}",
        EmergencyReturns.Of(given.Status).Code);

    private static EmergencyKeyVector Key(string name, EcdsaSigner signer) => new(
        name,
        $"{signer.KeyId}",
        // World.Signer counts up from its number; the root is 1.
        Convert.ToHexStringLower(PrivateOf(signer)),
        Convert.ToHexStringLower(signer.CompressedPublicKey));

    private static byte[] PrivateOf(EcdsaSigner signer)
    {
        for (byte start = 1; ; start++)
        {
            using var candidate = Signer(start);
            if (candidate.KeyId == signer.KeyId)
            {
                return [.. Enumerable.Range(start, 32).Select(i => (byte)i)];
            }
        }
    }

    private static EmergencyDocumentsVector Documents(EmergencyWorld world)
    {
        var bits = world.List.Bits.ToArray();
        bits[0] |= 0b10;
        var next = new StatusList(1, world.List.Revision + 1, Now + 60, world.List.Size, bits);
        var declaration = new EmergencyDeclaration(
            new Guid("00112233-4455-6677-8899-aabbccddeeff"), 1, Now, Hangzhou, 0b100, From, Until);
        return new EmergencyDocumentsVector(
            $"{world.Root.KeyId}",
            Convert.ToHexStringLower(world.KeySetDocument),
            Convert.ToHexStringLower(world.ListDocument),
            Convert.ToHexStringLower(StatusLists.WriteDelta(world.List, next, world.Documents)),
            Convert.ToHexStringLower(declaration.Write(world.Documents)),
            Convert.ToHexStringLower(world.CatalogueDocument));
    }

    private static IEnumerable<EmergencyValidVector> Valid(EmergencyWorld world)
    {
        var everywhere = Grant with { Tags = ulong.MaxValue, SceneKinds = 0x7FF, StatusIndex = 0 };
        var position = new CoarsePosition(30.2741, 120.1551);
        string[] texts =
        [
            world.Static(),
            world.Static(everywhere with { Tags = 0 }),
            world.Shown(),
            world.Shown(world.Token(everywhere), Now - 30),
            world.Shown(position: position),
            world.Shown(position: new CoarsePosition(-90, 180)),
        ];
        foreach (var text in texts)
        {
            Assert.Equal(EmergencyStatus.Valid, world.Verifier().Verify(text, Now, SceneKind, out var code));
            yield return Describe(text, Now, SceneKind, code);
        }
    }

    private static IEnumerable<EmergencyStandingVector> Standings()
    {
        yield return Standing("330106", SceneKind, Now, DeclarationStanding.InForce);
        yield return Standing("330106", SceneKind, From - 31, DeclarationStanding.NotYet);
        yield return Standing("330106", SceneKind, Until + 30, DeclarationStanding.Over);
        yield return Standing("330106", 1, Now, DeclarationStanding.AnotherScene);
        yield return Standing("330203", SceneKind, Now, DeclarationStanding.AnotherRegion);
    }

    private static EmergencyStandingVector Standing(
        string region, int sceneKind, uint now, DeclarationStanding standing) =>
        new(region, sceneKind, now, $"{standing}", EmergencyReturns.Of(standing).Code);
}
