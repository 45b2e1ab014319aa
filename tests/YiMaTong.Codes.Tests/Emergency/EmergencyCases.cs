using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Cose;
using YiMaTong.Codes.Emergency.Issuing;
using static YiMaTong.Codes.Tests.Emergency.EmergencyWorld;

namespace YiMaTong.Codes.Tests.Emergency;

/// <summary>One code that must be refused, and why.</summary>
internal sealed record EmergencyCase(
    string Why, string Text, EmergencyStatus Status, uint Now = Now, int SceneKind = SceneKind);

/// <summary>The ways in which a code is wrong, each with its status: also the random tests' seed corpus.</summary>
internal static class EmergencyCases
{
    internal static IReadOnlyList<EmergencyCase> All { get; } =
        [.. Frames(), .. Algorithms(), .. Keys(), .. Grants(), .. Showings()];

    private static EmergencyWorld World => Instance;

    private static IEnumerable<EmergencyCase> Frames()
    {
        var bytes = BytesOf(World.Static());
        var claims = Claims();
        yield return new("nothing", "", EmergencyStatus.NotOurs);
        yield return new("an online code's prefix", "YM1" + World.Static()[3..], EmergencyStatus.NotOurs);
        yield return new("another version", "YE2" + World.Static()[3..], EmergencyStatus.NotOurs);
        yield return new("lower case", "ye1" + World.Static()[3..], EmergencyStatus.NotOurs);
        yield return new("prefix alone", "YE1", EmergencyStatus.Malformed);
        yield return new("truncated", EmergencyIssuer.ToText(bytes.AsSpan(0, 60)), EmergencyStatus.Malformed);
        yield return new("one byte short", EmergencyIssuer.ToText(bytes.AsSpan(0, 121)), EmergencyStatus.Malformed);
        yield return new("one byte more", EmergencyIssuer.ToText([.. bytes, 0]), EmergencyStatus.Malformed);
        yield return new("without its tag", EmergencyIssuer.ToText(bytes.AsSpan(1)), EmergencyStatus.Malformed);
        yield return new(
            "claims in another order",
            World.Forge(World.Headers(), Reordered()),
            EmergencyStatus.Malformed);
        yield return new(
            "a claim twice",
            World.Forge(World.Headers(), [0xA5, .. claims[1..9], .. claims[1..]]),
            EmergencyStatus.Malformed);
        yield return new(
            "a claim missing", World.Forge(World.Headers(), [0xA3, .. claims[9..]]), EmergencyStatus.Malformed);
        yield return new(
            "an indefinite map", World.Forge(World.Headers(), [0xBF, .. claims[1..], 0xFF]), EmergencyStatus.Malformed);
        yield return new(
            "a byte after the claims", World.Forge(World.Headers(), [.. claims, 0xF6]), EmergencyStatus.Malformed);
        yield return new("a huge length", Patched(bytes, 14, 0x5B), EmergencyStatus.Malformed);
        yield return new("a huge count", EmergencyIssuer.ToText(
            [0xD2, 0x9B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]), EmergencyStatus.Malformed);
        yield return new(
            "a longer spelling of a number",
            World.Forge([0xA2, 0x18, 0x01, .. World.Headers()[2..]], claims),
            EmergencyStatus.Malformed);
        yield return new(
            "headers in another order",
            World.Forge([0xA2, .. World.Headers()[3..], 0x01, 0x26], claims),
            EmergencyStatus.Malformed);
        yield return new(
            "a header twice",
            World.Forge([0xA3, 0x01, 0x26, .. World.Headers()[1..]], claims),
            EmergencyStatus.Malformed);
        yield return new(
            "a header that nobody knows",
            World.Forge([0xA3, .. World.Headers()[1..], 0x05, 0x40], claims),
            EmergencyStatus.Malformed);
    }

    private static IEnumerable<EmergencyCase> Algorithms()
    {
        var kid = World.Headers()[3..];
        yield return new("EdDSA", World.Forge([0xA2, 0x01, 0x27, .. kid], Claims()), EmergencyStatus.AlgorithmRefused);
        yield return new(
            "RS256", World.Forge([0xA2, 0x01, 0x39, 0x01, 0x00, .. kid], Claims()), EmergencyStatus.AlgorithmRefused);
        yield return new(
            "HS256 with the public key as its secret",
            World.Forge([0xA2, 0x01, 0x05, .. kid], Claims()),
            EmergencyStatus.AlgorithmRefused);
        yield return new(
            "none",
            World.Forge([0xA2, 0x01, 0x64, (byte)'n', (byte)'o', (byte)'n', (byte)'e', .. kid], Claims()),
            EmergencyStatus.AlgorithmRefused);
        yield return new("no algorithm", World.Forge([0xA1, .. kid], Claims()), EmergencyStatus.AlgorithmRefused);
        var bytes = BytesOf(World.Static());
        yield return new(
            "an algorithm outside of what is signed",
            EmergencyIssuer.ToText([.. bytes[..12], 0xA1, 0x01, 0x26, .. bytes[13..]]),
            EmergencyStatus.AlgorithmRefused);
        yield return new(
            "a showing by another algorithm",
            ShownWith([0xA2, 0x01, 0x27, 0x0D]),
            EmergencyStatus.HolderAlgorithmRefused);
    }

    private static IEnumerable<EmergencyCase> Keys()
    {
        var bytes = BytesOf(World.Static());
        byte[] key = [0xA1, 0x20, 0xA1, 0x01, 0x02];
        yield return new(
            "a key in the unprotected header",
            EmergencyIssuer.ToText([.. bytes[..12], .. key, .. bytes[13..]]),
            EmergencyStatus.KeyInToken);
        yield return new(
            "a certificate in the protected header",
            World.Forge(
                [0xA3, .. World.Headers(World.Stranger)[1..], 0x18, 0x21, 0x41, 0x00], Claims(), World.Stranger),
            EmergencyStatus.KeyInToken);
        yield return new("a key that nobody knows", World.Static(issuer: World.Stranger), EmergencyStatus.UnknownKey);
        yield return new("a key for documents", World.Static(issuer: World.Documents), EmergencyStatus.KeyNotForCodes);
        yield return new("a revoked key", World.Static(issuer: World.RevokedIssuer), EmergencyStatus.RevokedKey);
        yield return new("an expired key", World.Static(issuer: World.ExpiredIssuer), EmergencyStatus.KeyOutOfTime);
        yield return new(
            "begins before its key",
            World.Static(Grant with { NotBefore = KeyFrom - 1, Expires = KeyFrom + 600 }),
            EmergencyStatus.KeyOutOfTime);
        yield return new(
            "the name of another's key",
            World.Forge(World.Headers(), Claims(), World.Stranger),
            EmergencyStatus.IssuerSignatureWrong);
        yield return new(
            "a holder's token as a static code",
            EmergencyIssuer.ToText([0xD2, .. World.Token()]),
            EmergencyStatus.Malformed);
        yield return new("a static code as a holder's token", Rewrapped(), EmergencyStatus.Malformed);
    }

    private static IEnumerable<EmergencyCase> Grants()
    {
        yield return new("not valid yet", World.Static(), EmergencyStatus.NotYetValid, From - 31);
        yield return new("expired", World.Static(), EmergencyStatus.Expired, Until + 30);
        yield return new("a gate's clock three hours slow", World.Shown(), EmergencyStatus.NotYetValid, Now - 10_800);
        yield return new("a gate's clock three hours fast", World.Shown(), EmergencyStatus.Expired, Now + 10_800);
        yield return new(
            "another city", World.Static(Grant with { Region = new(330200) }), EmergencyStatus.AnotherRegion);
        yield return new("another kind of scene", World.Static(), EmergencyStatus.SceneNotGranted, SceneKind: 1);
        yield return new("a kind that is none", World.Static(), EmergencyStatus.SceneNotGranted, SceneKind: 11);
        yield return new("revoked", World.Static(Grant with { StatusIndex = RevokedIndex }), EmergencyStatus.Revoked);
        yield return new(
            "past the status list", World.Static(Grant with { StatusIndex = 5000 }), EmergencyStatus.StatusUnknown);
        yield return new(
            "a status list that is not held",
            World.Static(Grant with { StatusList = 2 }),
            EmergencyStatus.StatusUnknown);
    }

    private static IEnumerable<EmergencyCase> Showings()
    {
        var token = World.Token();
        yield return new("another's phone", World.Shown(holder: World.Stranger), EmergencyStatus.HolderSignatureWrong);
        yield return new("a picture of yesterday", World.Shown(now: Now - 90), EmergencyStatus.ShowingStale);
        yield return new("a phone's clock fast", World.Shown(now: Now + 31), EmergencyStatus.ShowingFromFuture);
        yield return new(
            "shown before the holder's key counts",
            World.Shown(now: From - 31),
            EmergencyStatus.ShownOutsideValidity,
            From - 30);
        yield return new(
            "shown after the token's end",
            World.Shown(now: Until + 30),
            EmergencyStatus.ShownOutsideValidity,
            Until + 29);
        yield return new("a holder's key off the curve", World.Shown(OffCurve()), EmergencyStatus.HolderKeyInvalid);
        yield return new("a token of another region", World.Shown(
            World.Token(Grant with { Region = new(310000) })), EmergencyStatus.AnotherRegion);
        var shown = BytesOf(World.Shown(token));
        yield return new(
            "another holder's time under this token",
            EmergencyIssuer.ToText([.. shown[..^64], .. BytesOf(World.Shown(token, Now - 1))[^64..]]),
            EmergencyStatus.HolderSignatureWrong);
        yield return new(
            "without the holder's signature", EmergencyIssuer.ToText(shown.AsSpan(0, 169)), EmergencyStatus.Malformed);
    }

    private static byte[] Reordered() => new CborBuilder().Map(4).Number(4).Number(Until).Number(3).Text("330100")
        .Number(5).Number(From).Integer(-65_537).Bytes(new byte[14]).ToArray();

    private static string Patched(byte[] bytes, int at, byte value)
    {
        var copy = bytes.ToArray();
        copy[at - 1] = value;
        return EmergencyIssuer.ToText(copy);
    }

    private static string ShownWith(byte[] headers) => EmergencyIssuer.ToText(CoseSigner.Sign(
        [.. headers, .. World.Token()], "YE1 showing"u8, [0x6B, 0x49, 0xD2, 0x00], World.Holder, tagged: true));

    private static string Rewrapped() => World.Shown(BytesOf(World.Static())[1..]);

    private static byte[] OffCurve()
    {
        var key = World.Holder.CompressedPublicKey.ToArray();
        do
        {
            key[^1]++;
        }
        while (YiMaTong.Codes.Emergency.Curve.P256Point.TryDecompress(key, new byte[32]));

        return CoseSigner.Sign(
            World.Headers(), "YE1 holder-bound"u8, EmergencyIssuer.Claims(Grant, key), World.Issuer, tagged: false);
    }
}
