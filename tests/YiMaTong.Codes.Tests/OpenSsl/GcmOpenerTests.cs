using System.Security.Cryptography;
using CsCheck;
using YiMaTong.Codes.OpenSsl;
using YiMaTong.Codes.Tests.Support;

namespace YiMaTong.Codes.Tests.OpenSsl;

/// <summary>What the platform seals opens; what differs by a bit does not, and leaves nothing to read.</summary>
public sealed class GcmOpenerTests
{
    private const int NonceLength = 12;

    [Fact]
    public void IsAvailable_OnLinuxWithOpenSsl3_IsTrue() => Assert.Equal(
        OperatingSystem.IsLinux() && SafeEvpPKeyHandle.OpenSslVersion >> 28 == 3, GcmOpener.IsAvailable);

    [Fact]
    public void TryOpen_SoundAndAltered_AgreesWithThePlatform()
    {
        var bytes = Gen.Byte.Array;
        Gen.Select(
            bytes[32], bytes[NonceLength], Gen.Byte.Array[0, 80], Gen.Byte.Array[0, 40], Gen.Int[12, 16],
            Gen.Int[0, 4], Gen.Int[0, 10_000], Gen.Int[0, 7])
            .Sample((key, nonce, plaintext, data, tagLength, part, at, bit) =>
            {
                if (!GcmOpener.IsAvailable)
                {
                    return;
                }

                using var platform = new AesGcm(key, tagLength);
                var (sealedText, tag) = (new byte[plaintext.Length], new byte[tagLength]);
                platform.Encrypt(nonce, plaintext, sealedText, tag, data);
                using var opener = new GcmOpener(key);
                var open = new byte[plaintext.Length];

                Assert.True(opener.TryOpen(nonce, sealedText, tag, open, data));
                Assert.Equal(plaintext, open);

                byte[][] parts = [nonce, sealedText, tag, data];
                if (part == parts.Length || parts[part].Length == 0)
                {
                    return;
                }

                parts[part][at % parts[part].Length] ^= (byte)(1 << bit);
                Assert.False(opener.TryOpen(nonce, sealedText, tag, open, data));
                Assert.All(open, value => Assert.Equal(0, value));

                // The same context opens the sound one afterwards.
                parts[part][at % parts[part].Length] ^= (byte)(1 << bit);
                Assert.True(opener.TryOpen(nonce, sealedText, tag, open, data));
            });
    }

    [Fact]
    public void TryOpen_WrongTag_LeavesThePlatformNoErrorsToReport()
    {
        if (!GcmOpener.IsAvailable)
        {
            return;
        }

        using var opener = new GcmOpener(TestKeys.Counting(0));
        Span<byte> open = stackalloc byte[13];
        Assert.False(opener.TryOpen(new byte[12], new byte[13], new byte[12], open, default));

        // An import that fails takes its reason from the queue of errors; one that succeeds would not look.
        using var rsa = RSA.Create();
        var error = Assert.ThrowsAny<CryptographicException>(() => rsa.ImportRSAPublicKey(new byte[20], out _));
        Assert.DoesNotContain("cipher", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void TryOpen_LengthsThatAreNone_Throws()
    {
        if (!GcmOpener.IsAvailable)
        {
            return;
        }

        using var opener = new GcmOpener(TestKeys.Counting(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GcmOpener(new byte[16]));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => opener.TryOpen(new byte[11], new byte[13], new byte[12], new byte[13], default));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => opener.TryOpen(new byte[12], new byte[13], new byte[12], new byte[12], default));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => opener.TryOpen(new byte[12], new byte[13], new byte[11], new byte[13], default));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => opener.TryOpen(new byte[12], new byte[13], new byte[17], new byte[13], default));
    }
}
