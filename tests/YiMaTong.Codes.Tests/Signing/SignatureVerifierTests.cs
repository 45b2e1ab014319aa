using System.Security.Cryptography;
using CsCheck;
using YiMaTong.Codes.Signing;
using YiMaTong.Codes.Tests.Support;

namespace YiMaTong.Codes.Tests.Signing;

public sealed class SignatureVerifierTests
{
    private static readonly byte[] _content = "macId=D-01&merchantId=M0001"u8.ToArray();

    public static TheoryData<SignatureProfile, int> Profiles { get; } = new()
    {
        { SignatureProfile.RsaPssSha256, 3072 },
        { SignatureProfile.Sha256WithRsa, 2048 },
    };

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Verify_SignersSignature_HoldsForItsContentAlone(SignatureProfile profile, int bits)
    {
        using var signer = Signer(profile, bits);
        using var verifier = Verifier(profile, bits);
        var signature = signer.Sign(_content);
        Assert.True(verifier.VerifyBase64(_content, signature));
        Assert.True(verifier.Verify(_content, Convert.FromBase64String(signature)));
        Assert.False(verifier.VerifyBase64("macId=D-02&merchantId=M0001"u8, signature));
        Assert.False(verifier.VerifyBase64([], signature));
        Assert.Equal(bits / 8, verifier.SignatureLength);
        Assert.Equal(signer.Profile, verifier.Profile);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Verify_ChangedCutOrSpelledOtherwise_IsFalse(SignatureProfile profile, int bits)
    {
        using var signer = Signer(profile, bits);
        using var verifier = Verifier(profile, bits);
        var text = signer.Sign(_content);
        var signature = Convert.FromBase64String(text);
        for (var i = 0; i < signature.Length; i++)
        {
            signature[i] ^= 0x80;
            Assert.False(verifier.Verify(_content, signature));
            signature[i] ^= 0x80;
        }

        Assert.True(verifier.Verify(_content, signature));
        Assert.False(verifier.Verify(_content, signature.AsSpan(1)));
        Assert.False(verifier.Verify(_content, [.. signature, 0]));
        Assert.False(verifier.Verify(_content, []));
        Assert.False(verifier.Verify(_content, Enumerable.Repeat((byte)0xFF, bits / 8).ToArray())); // above the modulus
        Assert.False(verifier.Verify(_content, new byte[bits / 8]));
        Assert.False(verifier.VerifyBase64(_content, text + "\n"));
        Assert.False(verifier.VerifyBase64(_content, " " + text[1..]));
        Assert.False(verifier.VerifyBase64(_content, ""));
        Assert.False(verifier.VerifyBase64(_content, new string('A', 100_000)));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Verify_AnyBytes_NeverThrows(SignatureProfile profile, int bits)
    {
        using var verifier = Verifier(profile, bits);
        Gen.Byte.Array[bits / 8].Sample(signature => Assert.False(verifier.Verify(_content, signature)), iter: 200);
        Gen.String.Sample(text => Assert.False(verifier.VerifyBase64(_content, text)));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Verify_Sha1OrOtherPadding_IsFalse(SignatureProfile profile, int bits)
    {
        using var rsa = TestKeys.Rsa(bits);
        using var verifier = Verifier(profile, bits);
        var other = profile == SignatureProfile.RsaPssSha256 ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss;
        foreach (var padding in new[] { RSASignaturePadding.Pkcs1, RSASignaturePadding.Pss })
        {
            Assert.False(verifier.Verify(_content, rsa.SignData(_content, HashAlgorithmName.SHA1, padding)));
            Assert.False(verifier.Verify(_content, rsa.SignData(_content, HashAlgorithmName.SHA512, padding)));
        }

        Assert.False(verifier.Verify(_content, rsa.SignData(_content, HashAlgorithmName.SHA256, other)));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Verify_FromEightThreads_IsRightEachTime(SignatureProfile profile, int bits)
    {
        using var signer = Signer(profile, bits);
        using var verifier = Verifier(profile, bits);
        Together.Run(8, number =>
        {
            byte[] mine = [(byte)number];
            var signature = signer.Sign(mine);
            for (var i = 0; i < 100; i++)
            {
                Assert.True(verifier.VerifyBase64(mine, signature));
                Assert.False(verifier.VerifyBase64([(byte)(number + 1)], signature));
            }
        });
    }

    [Fact]
    public void Verify_AfterDispose_StillAnswersRightly()
    {
        using var signer = Signer(SignatureProfile.Sha256WithRsa, 2048);
        var verifier = Verifier(SignatureProfile.Sha256WithRsa, 2048);
        var signature = signer.Sign(_content);
        verifier.Dispose();
        verifier.Dispose();
        Assert.True(verifier.VerifyBase64(_content, signature));
        Assert.False(verifier.VerifyBase64([], signature));
    }

    [Fact]
    public void ExportDer_OfAPemKey_MakesTheSameVerifier()
    {
        using var signer = Signer(SignatureProfile.RsaPssSha256, 3072);
        using var first = Verifier(SignatureProfile.RsaPssSha256, 3072);
        var der = first.ExportDer();
        Assert.True(SignatureVerifier.TryCreate(SignatureProfile.RsaPssSha256, der, out var second, out _));
        using (second)
        {
            Assert.True(second.VerifyBase64(_content, signer.Sign(_content)));
            Assert.Equal(der, second.ExportDer());
        }
    }

    [Fact]
    public void SignFields_OfB4_VerifiesOverTheCanonicalText()
    {
        using var signer = Signer(SignatureProfile.RsaPssSha256, 3072);
        using var verifier = Verifier(SignatureProfile.RsaPssSha256, 3072);
        var signature = signer.SignFields(("merchantId", "M0001"), ("macId", "D-01"), ("sign", ""));
        Assert.True(verifier.VerifyBase64(_content, signature));
        Assert.Equal(TestKeys.RsaPublicPem(3072), signer.ExportPublicKeyPem());
    }

    internal static RequestSigner Signer(SignatureProfile profile, int bits)
    {
        Assert.True(
            RequestSigner.TryCreate(profile, TestKeys.RsaPrivatePem(bits), out var signer, out var error), error);
        return signer!;
    }

    internal static SignatureVerifier Verifier(SignatureProfile profile, int bits)
    {
        Assert.True(
            SignatureVerifier.TryCreate(profile, TestKeys.RsaPublicPem(bits), out var verifier, out var error), error);
        return verifier!;
    }
}
