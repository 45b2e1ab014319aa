using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using YiMaTong.Codes.Signing;

namespace YiMaTong.Benchmarks;

/// <summary>
/// What verifying one request of B.4 costs, canonical text and Base64 included. Throws on a wrong answer.
/// </summary>
[MemoryDiagnoser]
public class SignatureBenchmark : IDisposable
{
    private const string Code = "YM1 00000000000000000000000000000000000000000000000000000000";
    private RequestSigner _signer = null!;
    private SignatureVerifier _verifier = null!;
    private string _signature = null!;

    /// <summary>The profile, with the shortest key that it takes.</summary>
    [Params(SignatureProfile.RsaPssSha256, SignatureProfile.Sha256WithRsa)]
    public SignatureProfile Profile { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        using var rsa = RSA.Create(Profile == SignatureProfile.RsaPssSha256 ? 3072 : 2048);
        if (!RequestSigner.TryCreate(Profile, rsa.ExportPkcs8PrivateKeyPem(), out var signer, out var error)
            || !SignatureVerifier.TryCreate(Profile, signer.ExportPublicKeyPem(), out var verifier, out error))
        {
            throw new InvalidOperationException(error);
        }

        (_signer, _verifier) = (signer, verifier);
        _signature = _signer.Sign(Content());
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _signer.Dispose();
        _verifier.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public bool Verify() => _verifier.VerifyBase64(Content(), _signature)
        ? true
        : throw new InvalidOperationException("A good signature was refused.");

    [Benchmark(Description = "wrong length, refused before RSA")]
    public bool WrongLength() => _verifier.VerifyBase64(Content(), "QUJD")
        ? throw new InvalidOperationException("A bad signature was taken.")
        : true;

    private static byte[] Content() => CanonicalFields.ToBytes(
        ("macId", "D-01"), ("merchantId", "M0001"), ("qrcod", Code), ("time", "20260916201200"));
}
