using System.Collections.Concurrent;
using System.Security.Cryptography;
using YiMaTong.Codes.Online;

namespace YiMaTong.Codes.Tests.Support;

/// <summary>
/// Keys that are obviously for tests. RSA keys are made once per run, since making one takes up to seconds.
/// </summary>
internal static class TestKeys
{
    private static readonly ConcurrentDictionary<int, Lazy<string>> _rsaPrivatePem = new();

    public static byte[] Counting(byte start) => [.. Enumerable.Range(0, 32).Select(i => (byte)(start + i))];

    public static CodeKey Code(byte id, byte start = 0, bool revoked = false) => new(id, Counting(start), revoked);

    public static string RsaPrivatePem(int bits) =>
        _rsaPrivatePem.GetOrAdd(bits, static b => new Lazy<string>(() =>
        {
            using var rsa = System.Security.Cryptography.RSA.Create(b);
            return rsa.ExportPkcs8PrivateKeyPem();
        })).Value;

    public static string RsaPublicPem(int bits)
    {
        using var rsa = Rsa(bits);
        return rsa.ExportSubjectPublicKeyInfoPem();
    }

    public static RSA Rsa(int bits)
    {
        var rsa = System.Security.Cryptography.RSA.Create();
        rsa.ImportFromPem(RsaPrivatePem(bits));
        return rsa;
    }
}
