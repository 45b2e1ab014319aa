using System.Security.Cryptography;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Cose;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Codes.Text;

namespace YiMaTong.Codes.Tests.Emergency;

/// <summary>
/// A small world of emergency codes: keys that are obviously for tests (their private numbers are counting bytes), a
/// gate in a district of Hangzhou, and the documents that it holds. Signatures differ from run to run.
/// </summary>
internal sealed class EmergencyWorld
{
    internal const uint Now = 1_800_000_000;
    internal const uint From = Now - 3600;
    internal const uint Until = Now + 3600;
    internal const uint KeyFrom = Now - 30 * 86_400;
    internal const uint KeyUntil = Now + 30 * 86_400;
    internal const int SceneKind = 2;
    internal const int RevokedIndex = 77;

    internal static readonly RegionCode Hangzhou = new(330100);
    internal static readonly RegionCode Gate = new(330106);
    internal static readonly EmergencyGrant Grant = new(Hangzhou, From, Until, 0x8000_0000_0000_0005, 0b101, 1, 4711);

    internal static readonly TagCatalogue Catalogue = new(
        5, Now, 71, [new(1, "退役军人", "/icons/tags/veteran.png", 3, 1), new(64, "献血者", "", 255, 0)]);

    private EmergencyWorld()
    {
        KeySetDocument = EmergencyKeySet.Write(7, Now, Entries(), Root);
        Keys = Accepted(EmergencyKeySet.Empty.Accept(KeySetDocument, [Root.PublicKey], out var keys), keys);
        var bits = new byte[625];
        bits[RevokedIndex / 8] |= 1 << RevokedIndex % 8;
        List = new StatusList(1, 3, Now, 5000, bits);
        ListDocument = StatusLists.Write(List, Documents);
        CatalogueDocument = Catalogue.Write(Documents);
        Lists = Accepted(StatusLists.Empty.Accept(ListDocument, Keys, out var lists), lists);
    }

    internal static EmergencyWorld Instance { get; } = new();

    internal EcdsaSigner Root { get; } = Signer(1);

    internal EcdsaSigner Issuer { get; } = Signer(2);

    internal EcdsaSigner RevokedIssuer { get; } = Signer(3);

    internal EcdsaSigner ExpiredIssuer { get; } = Signer(4);

    internal EcdsaSigner Documents { get; } = Signer(5);

    internal EcdsaSigner Stranger { get; } = Signer(6);

    internal EcdsaSigner Holder { get; } = Signer(7);

    internal byte[] KeySetDocument { get; }

    internal EmergencyKeySet Keys { get; }

    internal StatusList List { get; }

    internal byte[] ListDocument { get; }

    internal StatusLists Lists { get; }

    internal byte[] CatalogueDocument { get; }

    internal static EcdsaSigner Signer(byte start) => new(ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        D = [.. Enumerable.Range(start, 32).Select(i => (byte)i)],
    }));

    internal EmergencyKey[] Entries() =>
    [
        new(Issuer.PublicKey, KeyFrom, KeyUntil, EmergencyKeyUses.Codes),
        new(RevokedIssuer.PublicKey, KeyFrom, KeyUntil, EmergencyKeyUses.Codes, revoked: true),
        new(ExpiredIssuer.PublicKey, KeyFrom, Now - 3600, EmergencyKeyUses.Codes),
        new(Documents.PublicKey, KeyFrom, KeyUntil, EmergencyKeyUses.All & ~EmergencyKeyUses.Codes),
    ];

    internal EmergencyVerifier Verifier(Func<RegionCode>? place = null, bool acceptUnknown = false) =>
        new(Keys, Lists, new EmergencyPolicy { Region = place?.Invoke() ?? Gate, AcceptUnknownStatus = acceptUnknown });

    internal EmergencyStatus Verify(string text, uint now = Now, int sceneKind = SceneKind)
    {
        var status = Verifier().Verify(text, now, sceneKind, out var code);
        Assert.Equal(status == EmergencyStatus.Valid, code != default);
        return status;
    }

    internal string Static(EmergencyGrant? grant = null, EcdsaSigner? issuer = null) =>
        IssuerOf(issuer).IssueStatic(grant ?? Grant);

    internal byte[] Token(EmergencyGrant? grant = null, EcdsaSigner? issuer = null) =>
        IssuerOf(issuer).IssueHolderBound(grant ?? Grant, Holder.CompressedPublicKey);

    internal string Shown(
        byte[]? token = null, uint now = Now, EcdsaSigner? holder = null, CoarsePosition? position = null) =>
        HolderProof.Show(token ?? Token(), holder ?? Holder, now, position);

    internal EmergencyIssuer IssuerOf(EcdsaSigner? signer = null) =>
        new(signer ?? Issuer, new EmergencyLimits { StaticTags = ulong.MaxValue });

    /// <summary>A static code, rightly signed, whose headers and claims are whatever a test wants.</summary>
    internal string Forge(byte[] headers, byte[] claims, EcdsaSigner? signer = null) => EmergencyIssuer.ToText(
        CoseSigner.Sign(headers, "YE1 static"u8, claims, signer ?? Issuer, tagged: true));

    internal byte[] Headers(EcdsaSigner? signer = null) => new CborBuilder().Map(2).Number(1).Integer(-7).Number(4)
        .Bytes((signer ?? Issuer).KeyId.ToBytes()).ToArray();

    internal static byte[] Claims() => EmergencyIssuer.Claims(Grant, []);

    internal static byte[] BytesOf(string text)
    {
        var bytes = new byte[512];
        Assert.True(Base45.TryDecode(text.AsSpan(3), bytes, out var length));
        return bytes[..length];
    }

    private static T Accepted<T>(DocumentStatus status, T value)
    {
        Assert.Equal(DocumentStatus.Accepted, status);
        return value;
    }
}
