using YiMaTong.Codes.Signing;
using YiMaTong.Codes.Tests.Support;

namespace YiMaTong.Codes.Tests.Signing;

/// <summary>Both profiles against the openssl command line, in both directions.</summary>
public sealed class OpensslTests : IDisposable
{
    private static readonly byte[] _content = CanonicalFields.ToBytes(
        ("merchantId", "M0001"), ("macId", "D-01"), ("qrcod", "YM1 %*+-./:"), ("time", "20260916201200"));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("yimatong-codes-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(SignatureProfile.RsaPssSha256, 3072)]
    [InlineData(SignatureProfile.Sha256WithRsa, 2048)]
    public async Task Verify_SignatureByOpenssl_Holds(SignatureProfile profile, int bits)
    {
        var signature = await SignAsync(bits, Options(profile, "32"));
        using var verifier = SignatureVerifierTests.Verifier(profile, bits);
        Assert.True(verifier.Verify(_content, signature));
        Assert.True(verifier.VerifyBase64(_content, Convert.ToBase64String(signature)));
    }

    [Theory]
    [InlineData(SignatureProfile.RsaPssSha256, 3072)]
    [InlineData(SignatureProfile.Sha256WithRsa, 2048)]
    public async Task Sign_ByUs_HoldsForOpenssl(SignatureProfile profile, int bits)
    {
        using var signer = SignatureVerifierTests.Signer(profile, bits);
        var key = await WriteAsync("public.pem", TestKeys.RsaPublicPem(bits));
        var content = await WriteAsync("content", _content);
        var signature = await WriteAsync("signature", Convert.FromBase64String(signer.Sign(_content)));
        var (exitCode, output) = await CommandLine.RunAsync(
            "openssl",
            ["dgst", "-sha256", "-verify", key, "-signature", signature, .. Options(profile, "32"), content]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("Verified OK", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("20")]
    [InlineData("max")]
    public async Task Verify_PssWithAnotherSalt_IsFalse(string salt)
    {
        using var verifier = SignatureVerifierTests.Verifier(SignatureProfile.RsaPssSha256, 3072);
        var signature = await SignAsync(3072, Options(SignatureProfile.RsaPssSha256, salt));
        Assert.False(verifier.Verify(_content, signature));
    }

    private async Task<byte[]> SignAsync(int bits, string[] options)
    {
        var key = await WriteAsync("private.pem", TestKeys.RsaPrivatePem(bits));
        var content = await WriteAsync("content", _content);
        var signature = Path.Combine(_folder.FullName, "signature");
        var (exitCode, output) = await CommandLine.RunAsync(
            "openssl", ["dgst", "-sha256", "-sign", key, "-out", signature, .. options, content]);
        Assert.True(exitCode == 0, output);
        return await File.ReadAllBytesAsync(signature, TestContext.Current.CancellationToken);
    }

    private static string[] Options(SignatureProfile profile, string salt) => profile == SignatureProfile.RsaPssSha256
        ? ["-sigopt", "rsa_padding_mode:pss", "-sigopt", $"rsa_pss_saltlen:{salt}", "-sigopt", "rsa_mgf1_md:sha256"]
        : ["-sigopt", "rsa_padding_mode:pkcs1"];

    private Task<string> WriteAsync(string name, string text) =>
        WriteAsync(name, System.Text.Encoding.ASCII.GetBytes(text));

    private async Task<string> WriteAsync(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder.FullName, name);
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        return path;
    }
}
