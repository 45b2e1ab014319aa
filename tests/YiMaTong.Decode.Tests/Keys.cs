using System.Security.Cryptography;
using YiMaTong.Codes.Signing;

namespace YiMaTong.Decode.Tests;

/// <summary>Key pairs of the tests, made once per run.</summary>
internal sealed class Keys
{
    private static readonly Lazy<Keys> LazyPss = new(() => new(SignatureProfile.RsaPssSha256, 3072));
    private static readonly Lazy<Keys> LazyNextPss = new(() => new(SignatureProfile.RsaPssSha256, 3072));
    private static readonly Lazy<Keys> LazyLongPkcs1 = new(() => new(SignatureProfile.Sha256WithRsa, 3072));
    private static readonly Lazy<Keys> LazyPkcs1 = new(() => new(SignatureProfile.Sha256WithRsa, 2048));

    private readonly RSA _rsa;
    private readonly RSASignaturePadding _padding;

    private Keys(SignatureProfile profile, int bits)
    {
        _rsa = RSA.Create(bits);
        _padding = profile == SignatureProfile.RsaPssSha256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        PublicDer = _rsa.ExportSubjectPublicKeyInfo();
    }

    public static Keys Pss => LazyPss.Value;

    public static Keys NextPss => LazyNextPss.Value;

    public static Keys LongPkcs1 => LazyLongPkcs1.Value;

    public static Keys Pkcs1 => LazyPkcs1.Value;

    public byte[] PublicDer { get; }

    public string Sign(params (string Name, string Value)[] fields)
    {
        lock (_rsa)
        {
            var content = CanonicalFields.ToBytes(fields);
            return Convert.ToBase64String(_rsa.SignData(content, HashAlgorithmName.SHA256, _padding));
        }
    }
}
