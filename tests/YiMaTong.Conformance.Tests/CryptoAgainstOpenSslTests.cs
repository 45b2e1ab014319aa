using System.Security.Cryptography;
using System.Text;
using YiMaTong.Conformance.Tests.Crypto;
using YiMaTong.Testing;

namespace YiMaTong.Conformance.Tests;

/// <summary>
/// This suite's own cryptography is checked against the openssl command line before it judges anyone.
/// </summary>
public sealed class CryptoAgainstOpenSslTests : IDisposable
{
    private const string Text = "macId=gate-1&merchantId=hz-bus&qrcod=YM1ABC&time=20260916201200";
    private readonly TempDirectory _folder = new();

    [Theory]
    [InlineData("RSA-PSS-SHA256", 3072)]
    [InlineData("SHA256withRSA", 2048)]
    public async Task Sign_ByOurs_OpenSslVerifies(string profileName, int bits)
    {
        using var key = RSA.Create(bits);
        var profile = RequestSigner.ParseProfile(profileName);
        await Write("public.pem", Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()));
        await Write("text", Encoding.UTF8.GetBytes(Text));
        await Write("signature", Convert.FromBase64String(RequestSigner.Sign(key, profile, Text)));

        var output = await OpenSsl(
            ["dgst", "-sha256", .. SigOptions(profile), "-verify", "public.pem", "-signature", "signature", "text"]);

        Assert.Contains("Verified OK", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RSA-PSS-SHA256", 3072)]
    [InlineData("SHA256withRSA", 2048)]
    public async Task Sign_ByOpenSsl_OursVerifies(string profileName, int bits)
    {
        using var key = RSA.Create(bits);
        var profile = RequestSigner.ParseProfile(profileName);
        await Write("private.pem", Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        await Write("text", Encoding.UTF8.GetBytes(Text));

        await OpenSsl(["dgst", "-sha256", .. SigOptions(profile), "-sign", "private.pem", "-out", "signature", "text"]);

        Assert.True(key.VerifyData(
            Encoding.UTF8.GetBytes(Text),
            await File.ReadAllBytesAsync(_folder.Combine("signature"), TestContext.Current.CancellationToken),
            HashAlgorithmName.SHA256,
            profile == SignatureProfile.RsaPssSha256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1));
    }

    [Fact]
    public async Task OpenGcm_OurCiphertext_OpenSslCounterModeAgrees()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var iv = RandomNumberGenerator.GetBytes(12);
        var plaintext = Encoding.UTF8.GetBytes("""{"qrcodeType":"gj","decision":"permit"}""");
        var ciphertext = new byte[plaintext.Length];
        var tag = new byte[16];
        using var aes = new AesGcm(key, 16);
        aes.Encrypt(iv, plaintext, ciphertext, tag, Encoding.UTF8.GetBytes("hz-bus|gate-1|20260916201200"));
        var sealedText = Convert.ToBase64String([1, 7, .. iv, .. ciphertext, .. tag]);
        await Write("ciphertext", ciphertext);

        var opened =
            SealedResponse.Parse(sealedText, ResponseCipher.Aes256Gcm).OpenGcm(key, "hz-bus|gate-1|20260916201200");
        await OpenSsl(
        [
            "enc", "-d", "-aes-256-ctr", "-K", Convert.ToHexString(key), "-iv", Convert.ToHexString(iv) + "00000002",
            "-in", "ciphertext", "-out", "plaintext",
        ]);

        Assert.Equal(plaintext, Encoding.UTF8.GetBytes(opened));
        Assert.Equal(plaintext, await Read("plaintext"));
    }

    [Fact]
    public void OpenGcm_OtherAssociatedData_Refuses()
    {
        var key = new byte[32];
        var ciphertext = new byte[2];
        var tag = new byte[16];
        using var aes = new AesGcm(key, 16);
        aes.Encrypt(new byte[12], "{}"u8, ciphertext, tag, "a|b|c"u8);
        var parsed = SealedResponse.Parse(
            Convert.ToBase64String([1, 1, .. new byte[12], .. ciphertext, .. tag]), ResponseCipher.Aes256Gcm);

        Assert.Throws<AuthenticationTagMismatchException>(() => parsed.OpenGcm(key, "a|b|d"));
    }

    [Fact]
    public async Task OpenCbc_CiphertextOfOpenSsl_Opens()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var iv = RandomNumberGenerator.GetBytes(16);
        var plaintext = """{"qrcodeType":"gj"}""";
        await Write("plaintext", Encoding.UTF8.GetBytes(plaintext));

        await OpenSsl(
        [
            "enc", "-aes-256-cbc", "-K", Convert.ToHexString(key), "-iv", Convert.ToHexString(iv),
            "-in", "plaintext", "-out", "ciphertext",
        ]);
        var sealedText = Convert.ToBase64String([1, 7, .. iv, .. await Read("ciphertext")]);

        Assert.Equal(plaintext, SealedResponse.Parse(sealedText, ResponseCipher.Aes256Cbc).OpenCbc(key));
    }

    [Fact]
    public void Canonical_UnsortedFieldsWithEmptyOnes_SortsByOrdinalAndDropsEmptyAndSign()
    {
        var fields = new Dictionary<string, string>
        {
            ["time"] = "20260916201200",
            ["sign"] = "x",
            ["qrcode"] = "",
            ["qrcod"] = "YM1ABC",
            ["merchantId"] = "hz-bus",
            ["macId"] = "gate-1",
        };

        Assert.Equal(Text, RequestSigner.Canonical(fields));
    }

    [Theory]
    [InlineData("11010519491231002", 'X')] // The example of GB 11643, appendix: assigned to nobody.
    [InlineData("44052418800101001", '4')]
    public void CheckDigit_ExamplesOfTheNationalStandard_Agree(string first17, char expected) =>
        Assert.Equal(expected, ResidentNumber.CheckDigit(first17));

    public void Dispose() => _folder.Dispose();

    private static string[] SigOptions(SignatureProfile profile) => profile == SignatureProfile.RsaPssSha256
        ? ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32", "-sigopt", "rsa_mgf1_md:sha256"]
        : [];

    private async Task<string> OpenSsl(string[] arguments)
    {
        var (exitCode, output) = await ManagedProcess.Run("openssl", arguments, TimeSpan.FromSeconds(20), _folder.Path);
        Assert.True(exitCode == 0, $"openssl {arguments[0]} failed: {output}");
        return output;
    }

    private Task Write(string name, byte[] content) =>
        File.WriteAllBytesAsync(_folder.Combine(name), content, TestContext.Current.CancellationToken);

    private Task<byte[]> Read(string name) =>
        File.ReadAllBytesAsync(_folder.Combine(name), TestContext.Current.CancellationToken);
}
