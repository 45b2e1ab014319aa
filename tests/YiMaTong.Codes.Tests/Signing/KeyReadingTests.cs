using System.Security.Cryptography;
using YiMaTong.Codes.Signing;
using YiMaTong.Codes.Tests.Support;

namespace YiMaTong.Codes.Tests.Signing;

/// <summary>Which keys are taken, and what whoever registers another is told.</summary>
public sealed class KeyReadingTests
{
    [Theory]
    [InlineData(SignatureProfile.RsaPssSha256, 2048, "the key has 2048 bits: RSA-PSS-SHA256 takes 3072 to 8192")]
    [InlineData(SignatureProfile.Sha256WithRsa, 1024, "the key has 1024 bits: SHA256withRSA takes 2048 to 8192")]
    public void TryCreate_KeyTooShort_SaysSo(SignatureProfile profile, int bits, string reason)
    {
        AssertRefused(reason, profile, TestKeys.RsaPublicPem(bits));
        Assert.False(RequestSigner.TryCreate(profile, TestKeys.RsaPrivatePem(bits), out _, out var error));
        Assert.Equal(reason, error);
    }

    [Fact]
    public void TryCreate_KeyOf8200Bits_SaysSo()
    {
        using var key = FromParameters(Enumerable.Repeat((byte)0xFF, 1025).ToArray(), [1, 0, 1]);
        AssertRefused("the key has 8200 bits", SignatureProfile.RsaPssSha256, key.ExportSubjectPublicKeyInfoPem());
    }

    [Theory]
    [InlineData(new byte[] { 3 })]
    [InlineData(new byte[] { 0xFF, 0xFF })]
    [InlineData(new byte[] { 1, 0, 0, 0, 0, 0, 0, 0, 1 })]
    public void TryCreate_ExponentOutOfRange_SaysSo(byte[] exponent)
    {
        using var honest = TestKeys.Rsa(2048);
        var modulus = honest.ExportParameters(false).Modulus!;
        using var key = FromParameters(modulus, exponent);
        AssertRefused("public exponent", SignatureProfile.Sha256WithRsa, key.ExportSubjectPublicKeyInfoPem());
    }

    [Fact]
    public void TryCreate_EvenExponent_IsRefused()
    {
        using var honest = TestKeys.Rsa(2048);
        var der = honest.ExportSubjectPublicKeyInfo();
        der[^1] = 2; // the structure ends with the exponent, 65537
        Assert.False(SignatureVerifier.TryCreate(SignatureProfile.Sha256WithRsa, der, out var verifier, out var error));
        Assert.Null(verifier);
        Assert.NotEmpty(error);
    }

    [Fact]
    public void TryCreate_PrivateKey_IsRefusedWithoutShowingIt()
    {
        using var rsa = TestKeys.Rsa(3072);
        foreach (var pem in new[]
        {
            rsa.ExportPkcs8PrivateKeyPem(),
            rsa.ExportRSAPrivateKeyPem(),
            rsa.ExportSubjectPublicKeyInfoPem() + "\n" + rsa.ExportPkcs8PrivateKeyPem(),
        })
        {
            AssertRefused("private key", SignatureProfile.RsaPssSha256, pem);
        }

        foreach (var der in new[] { rsa.ExportPkcs8PrivateKey(), rsa.ExportRSAPrivateKey() })
        {
            Assert.False(SignatureVerifier.TryCreate(SignatureProfile.RsaPssSha256, der, out _, out var error));
            Assert.Contains("private key", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TryCreate_NotRsa_NamesTheAlgorithm()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        AssertRefused("not an RSA key", SignatureProfile.RsaPssSha256, ec.ExportSubjectPublicKeyInfoPem());
        Assert.False(RequestSigner.TryCreate(
            SignatureProfile.RsaPssSha256, ec.ExportPkcs8PrivateKeyPem(), out var signer, out var error));
        Assert.Null(signer);
        Assert.Equal("the PRIVATE KEY is not an RSA key", error);
    }

    [Theory]
    [InlineData("", "not PEM")]
    [InlineData("MIIBIjANBgkqhkiG9w0BAQ==", "not PEM")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "not a SubjectPublicKeyInfo")]
    [InlineData("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----", "not a SubjectPublicKeyInfo")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "holds a CERTIFICATE")]
    public void TryCreate_NotAKey_SaysWhatItIs(string pem, string reason) =>
        AssertRefused(reason, SignatureProfile.RsaPssSha256, pem);

    [Fact]
    public void TryCreate_PemWithCompany_IsRefused()
    {
        var pem = TestKeys.RsaPublicPem(3072);
        AssertRefused("text beside", SignatureProfile.RsaPssSha256, "my key:\n" + pem);
        AssertRefused("text beside", SignatureProfile.RsaPssSha256, pem + "\n" + pem);
        AssertRefused("longer than", SignatureProfile.RsaPssSha256, pem + "\n" + new string('x', 20_000));
        using var rsa = TestKeys.Rsa(3072);
        AssertRefused("RSA PUBLIC KEY", SignatureProfile.RsaPssSha256, rsa.ExportRSAPublicKeyPem());
    }

    [Fact]
    public void TryCreate_DerWithTail_IsRefused()
    {
        using var rsa = TestKeys.Rsa(3072);
        byte[] der = [.. rsa.ExportSubjectPublicKeyInfo(), 0];
        Assert.False(SignatureVerifier.TryCreate(SignatureProfile.RsaPssSha256, der, out _, out var error));
        Assert.Equal("bytes after the end of the key", error);
    }

    [Fact]
    public void TryCreate_WhiteSpaceAroundThePem_IsTaken()
    {
        var pem = $"\r\n {TestKeys.RsaPublicPem(3072)}\r\n\n";
        Assert.True(
            SignatureVerifier.TryCreate(SignatureProfile.RsaPssSha256, pem, out var verifier, out var error), error);
        verifier!.Dispose();
    }

    [Fact]
    public void RequestSigner_EitherLabel_IsTakenButNotEncrypted()
    {
        using var rsa = TestKeys.Rsa(2048);
        Assert.True(RequestSigner.TryCreate(
            SignatureProfile.Sha256WithRsa, rsa.ExportRSAPrivateKeyPem(), out var signer, out var error), error);
        signer!.Dispose();
        var encrypted = rsa.ExportEncryptedPkcs8PrivateKeyPem(
            "test", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        Assert.False(RequestSigner.TryCreate(SignatureProfile.Sha256WithRsa, encrypted, out _, out error));
        Assert.Contains("unencrypted", error, StringComparison.Ordinal);
        Assert.False(RequestSigner.TryCreate(
            SignatureProfile.Sha256WithRsa, rsa.ExportSubjectPublicKeyInfoPem(), out _, out error));
        Assert.Contains("holds a PUBLIC KEY", error, StringComparison.Ordinal);
    }

    private static RSA FromParameters(byte[] modulus, byte[] exponent)
    {
        var rsa = RSA.Create();
        rsa.ImportParameters(new RSAParameters { Modulus = modulus, Exponent = exponent });
        return rsa;
    }

    private static void AssertRefused(string reason, SignatureProfile profile, string pem)
    {
        Assert.False(SignatureVerifier.TryCreate(profile, pem, out var verifier, out var error));
        Assert.Null(verifier);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.DoesNotContain("MII", error, StringComparison.Ordinal);
    }
}
