using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using CsCheck;
using YiMaTong.Codes.Emergency.Curve;

namespace YiMaTong.Codes.Tests.Emergency;

/// <summary>Verification by OpenSSL's own interface says what the platform says.</summary>
public sealed class OpenSslP256Tests
{
    private static readonly BigInteger Order = BigInteger.Parse(
        "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
        NumberStyles.HexNumber,
        CultureInfo.InvariantCulture);

    [Fact]
    public void IsAvailable_OnLinuxWithOpenSsl3_IsTrue() => Assert.Equal(
        OperatingSystem.IsLinux() && SafeEvpPKeyHandle.OpenSslVersion >> 28 == 3, OpenSslP256.IsAvailable);

    [Fact]
    public void Verify_SignaturesSoundAndMutated_AgreesWithThePlatform()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(false).Q;
        var right = 0;
        Gen.Select(Gen.Byte.Array[32], Gen.Int[0, 95], Gen.Int[0, 255]).Sample(
            (hash, at, flip) =>
            {
                var signature = key.SignHash(hash);
                (at < 64 ? signature : hash)[at < 64 ? at : at - 64] ^= (byte)flip;
                var verdict = OpenSslP256.Verify(point.X, point.Y, hash, signature);
                Assert.Equal(Expected(key.VerifyHash(hash, signature)), verdict);
                Interlocked.Add(ref right, verdict != false ? 1 : 0);
            },
            iter: 2_000);
        Assert.InRange(right, 1, OpenSslP256.IsAvailable ? 1_000 : 2_000);
    }

    [Fact]
    public void Verify_NumbersAtTheEdges_AgreesWithThePlatform()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(false).Q;
        var hash = SHA256.HashData("edges"u8);
        var sound = key.SignHash(hash);
        var s = new BigInteger(sound.AsSpan(32), isUnsigned: true, isBigEndian: true);
        BigInteger[] numbers =
        [
            0, 1, 2, 127, 128, 255, 256, Order - 1, Order, Order + 1, Order - s, s, (BigInteger.One << 256) - 1,
            BigInteger.One << 255,
        ];
        foreach (var first in numbers)
        {
            foreach (var second in numbers)
            {
                var signature = Bytes(first).Concat(Bytes(second)).ToArray();
                Assert.Equal(
                    Expected(key.VerifyHash(hash, signature)),
                    OpenSslP256.Verify(point.X, point.Y, hash, signature));
            }
        }

        // The other spelling of a sound signature is sound, too.
        var other = sound.Take(32).Concat(Bytes(Order - s)).ToArray();
        Assert.Equal(Expected(true), OpenSslP256.Verify(point.X, point.Y, hash, other));
        Assert.Equal(Expected(true), OpenSslP256.Verify(point.X, point.Y, hash, sound));
        Assert.Equal(Expected(false), OpenSslP256.Verify(point.X, point.Y, hash, sound.AsSpan(1)));
        Assert.Equal(Expected(false), OpenSslP256.Verify(point.X, point.Y, hash.AsSpan(1), sound));
    }

    [Fact]
    public void Verify_NoPointOfTheCurve_CannotTell()
    {
        var (x, y) = (new byte[32], new byte[32]);
        foreach (var value in new byte[] { 0, 1, 5, 255 })
        {
            Array.Fill(x, value);
            Array.Fill(y, value);
            Assert.Null(OpenSslP256.Verify(x, y, new byte[32], new byte[64]));
        }
    }

    // Where there is no OpenSSL 3 it never tells.
    private static bool? Expected(bool verdict) => OpenSslP256.IsAvailable ? verdict : null;

    private static byte[] Bytes(BigInteger number)
    {
        var bytes = new byte[32];
        var digits = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        digits.CopyTo(bytes, 32 - digits.Length);
        return bytes;
    }
}
