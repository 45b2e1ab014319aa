using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.Cose;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Issuing;
using static YiMaTong.Codes.Tests.Emergency.EmergencyWorld;

namespace YiMaTong.Codes.Tests.Emergency;

/// <summary>Our codes by the platform's COSE and CBOR, and the platform's codes by ours.</summary>
public sealed class CrossCheckTests
{
    private static readonly EmergencyWorld _world = Instance;

    [Fact]
    public void Platform_StaticCode_Verifies()
    {
        var message = CoseMessage.DecodeSign1(BytesOf(_world.Static()));
        using var key = Public(_world.Issuer);
        Assert.True(message.VerifyEmbedded(key, "YE1 static"u8));
        Assert.False(message.VerifyEmbedded(key, "YE1 holder-bound"u8));
        Assert.False(message.VerifyEmbedded(key));
        Canonical(message.Content!.Value);
        Canonical(message.RawProtectedHeaders);
    }

    [Fact]
    public void Platform_ShownCode_VerifiesBothSignatures()
    {
        var token = _world.Token();
        var shown = CoseMessage.DecodeSign1(BytesOf(_world.Shown(token)));
        using var holder = Public(_world.Holder);
        Assert.True(shown.VerifyEmbedded(holder, "YE1 showing"u8));

        var kcwt = shown.ProtectedHeaders[new CoseHeaderLabel(13)].EncodedValue;
        Assert.Equal(token, kcwt.ToArray());
        using var issuer = Public(_world.Issuer);
        var inner = CoseMessage.DecodeSign1(kcwt.Span);
        Assert.True(inner.VerifyEmbedded(issuer, "YE1 holder-bound"u8));
        Canonical(inner.Content!.Value);
        Canonical(shown.RawProtectedHeaders);
    }

    [Fact]
    public void Verify_CodeMadeByThePlatform_IsValid()
    {
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = [.. Enumerable.Range(2, 32).Select(i => (byte)i)],
        });
        var signer = new System.Security.Cryptography.Cose.CoseSigner(key, HashAlgorithmName.SHA256);
        signer.ProtectedHeaders.Add(
            CoseHeaderLabel.KeyIdentifier, CoseHeaderValue.FromBytes(_world.Issuer.KeyId.ToBytes()));
        var claims = new CborWriter(CborConformanceMode.Canonical);
        claims.WriteStartMap(4);
        claims.WriteInt32(-65_537);
        claims.WriteByteString([0, 0, 0, 0, 0, 0, 0, 1, 0, 0b100, 1, 0, 0, 9]);
        claims.WriteInt32(5);
        claims.WriteUInt32(From);
        claims.WriteInt32(4);
        claims.WriteUInt32(Until);
        claims.WriteInt32(3);
        claims.WriteTextString("330100");
        claims.WriteEndMap();
        var code = CoseSign1Message.SignEmbedded(claims.Encode(), signer, "YE1 static"u8);

        var status = _world.Verifier().Verify(EmergencyIssuer.ToText(code), Now, SceneKind, out var verified);

        Assert.Equal(EmergencyStatus.Valid, status);
        Assert.Equal(new EmergencyGrant(Hangzhou, From, Until, 1, 0b100, 1, 9), verified.Grant);
    }

    [Fact]
    public void Platform_Documents_VerifyWithTheirContextAlone()
    {
        var message = CoseMessage.DecodeSign1(_world.KeySetDocument);
        using var root = Public(_world.Root);
        Assert.True(message.VerifyEmbedded(root, "YMT1 key-set"u8));
        Assert.False(message.VerifyEmbedded(root, "YMT1 status-list"u8));
        Assert.Equal(
            "application/vnd.yimatong.key-set+cbor",
            message.ProtectedHeaders[CoseHeaderLabel.ContentType].GetValueAsString());
        Canonical(message.Content!.Value);
        var list = CoseMessage.DecodeSign1(_world.ListDocument);
        using var documents = Public(_world.Documents);
        Assert.True(list.VerifyEmbedded(documents, "YMT1 status-list"u8));
        Canonical(list.Content!.Value);
    }

    internal static ECDsa Public(EcdsaSigner signer) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = signer.PublicKey.X.ToArray(), Y = signer.PublicKey.Y.ToArray() },
    });

    // The platform's strictest mode throws for anything but the one canonical encoding.
    private static void Canonical(ReadOnlyMemory<byte> encoded)
    {
        var reader = new CborReader(encoded, CborConformanceMode.Canonical);
        reader.SkipValue();
        Assert.Equal(0, reader.BytesRemaining);
    }
}
