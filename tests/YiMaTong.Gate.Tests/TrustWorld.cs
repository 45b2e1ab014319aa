using System.Security.Cryptography;
using Google.Protobuf;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Codes.Text;
using YiMaTong.Contracts.Emergency.V1;

namespace YiMaTong.Gate.Tests;

/// <summary>Issuing's side of emergency codes with real keys: codes, phones, and signed documents.</summary>
internal sealed class TrustWorld
{
    public const ushort AllScenes = (1 << EmergencyGrant.SceneKindCount) - 1;
    public const int ListSize = 10_000;
    public static readonly RegionCode Hangzhou = new(330100);
    public static readonly Guid DeclarationId = new("11111111-2222-3333-4444-555555555555");

    public TrustWorld(DateTimeOffset now)
    {
        Now = (uint)now.ToUnixTimeSeconds();
        (Root, RootPem) = NewRoot();
        (NextRoot, NextRootPem) = NewRoot();
    }

    public uint Now { get; }

    public EcdsaSigner Root { get; }

    public string RootPem { get; }

    public EcdsaSigner NextRoot { get; }

    public string NextRootPem { get; }

    public EcdsaSigner Issuer { get; } = EcdsaSigner.Create();

    public EcdsaSigner OtherIssuer { get; } = EcdsaSigner.Create();

    public EcdsaSigner Documents { get; } = EcdsaSigner.Create();

    public EcdsaSigner OtherDocuments { get; } = EcdsaSigner.Create();

    public EcdsaSigner Holder { get; } = EcdsaSigner.Create();

    public byte[] KeySet(uint revision = 1, EcdsaSigner? revoked = null, EcdsaSigner? root = null)
    {
        EmergencyKey Key(EcdsaSigner signer, EmergencyKeyUses uses) =>
            new(signer.PublicKey, Now - 86_400 * 30, Now + 86_400 * 30, uses, signer == revoked);
        var documents = EmergencyKeyUses.All & ~EmergencyKeyUses.Codes;
        return EmergencyKeySet.Write(
            revision,
            Now,
            [
                Key(Issuer, EmergencyKeyUses.Codes), Key(OtherIssuer, EmergencyKeyUses.Codes),
                Key(Documents, documents), Key(OtherDocuments, documents),
            ],
            root ?? Root);
    }

    public StatusList List(uint revision, params int[] revoked)
    {
        var bits = new byte[ListSize / 8];
        foreach (var index in revoked)
        {
            bits[index / 8] |= (byte)(1 << index % 8);
        }

        return new StatusList(1, revision, Now, ListSize, bits);
    }

    public byte[] Whole(StatusList list, EcdsaSigner? signer = null) => StatusLists.Write(list, signer ?? Documents);

    public byte[] Delta(StatusList older, StatusList newer) => StatusLists.WriteDelta(older, newer, Documents);

    public byte[] Declaration(
        uint revision = 1,
        int region = 330100,
        ushort scenes = AllScenes,
        int startsIn = -3_600,
        int endsIn = 86_400 * 2,
        EcdsaSigner? signer = null) =>
        new EmergencyDeclaration(
            DeclarationId, revision, Now, new RegionCode(region), scenes,
            (uint)(Now + startsIn), (uint)(Now + endsIn)).Write(signer ?? Documents);

    public byte[] Catalogue(uint revision = 1, string third = "人才", EcdsaSigner? signer = null) => new TagCatalogue(
        revision, Now, 71, [new(1, "退役军人", "/icons/1.png", 3, 1), new(3, third, "", 2, 1)])
        .Write(signer ?? Documents);

    public EmergencyGrant Grant(int index, int startsIn = -600, int lifeSeconds = 86_400) => new(
        Hangzhou, (uint)(Now + startsIn), (uint)(Now + startsIn + lifeSeconds), 0b101, AllScenes, 1, index);

    public string Static(int index, EcdsaSigner? issuer = null, int startsIn = -600) =>
        Issuing(issuer).IssueStatic(Grant(index, startsIn, 4 * 3600));

    public byte[] Token(int index, EcdsaSigner? issuer = null, int startsIn = -600) =>
        Issuing(issuer).IssueHolderBound(Grant(index, startsIn), Holder.CompressedPublicKey);

    public string Static(EmergencyGrant grant) => Issuing(null).IssueStatic(grant);

    public string Shown(byte[] token, DateTimeOffset at, EcdsaSigner? holder = null) =>
        HolderProof.Show(token, holder ?? Holder, (uint)at.ToUnixTimeSeconds());

    /// <summary>A token whose issuer's signature is wrong by one bit.</summary>
    public byte[] TokenFlipped(int index)
    {
        var token = Token(index);
        token[^1] ^= 1;
        return token;
    }

    /// <summary>A phone's key that no token names.</summary>
    public static EcdsaSigner Stranger() => EcdsaSigner.Create();

    /// <summary>A code with one bit another, that many bytes before its end.</summary>
    public static string Flipped(string text, int fromEnd)
    {
        var bytes = new byte[300];
        Assert.True(Base45.TryDecode(text.AsSpan(3), bytes, out var length));
        bytes[length - fromEnd] ^= 1;
        var characters = new char[Base45.EncodedLength(length)];
        Assert.True(Base45.TryEncode(bytes.AsSpan(0, length), characters, out _));
        return text[..3] + new string(characters);
    }

    /// <summary>All that a gate needs, without a declaration.</summary>
    public TrustUpdate Update(params byte[][] declarations) => new()
    {
        KeySet = ByteString.CopyFrom(KeySet()),
        StatusLists = { ByteString.CopyFrom(Whole(List(1))) },
        Declarations = { declarations.Select(ByteString.CopyFrom) },
        Catalogue = ByteString.CopyFrom(Catalogue()),
        ServerTimeMs = Now * 1000L,
    };

    private EmergencyIssuer Issuing(EcdsaSigner? issuer) =>
        new(issuer ?? Issuer, new EmergencyLimits { StaticTags = ulong.MaxValue });

    private static (EcdsaSigner Signer, string Pem) NewRoot()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = key.ExportSubjectPublicKeyInfoPem();
        return (new EcdsaSigner(key), pem);
    }
}
