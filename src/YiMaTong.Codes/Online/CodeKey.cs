using System.Security.Cryptography;
using YiMaTong.Codes.OpenSsl;
using YiMaTong.Codes.Pooling;

namespace YiMaTong.Codes.Online;

/// <summary>
/// A key of online codes. Immutable and thread-safe. Make one instance per key and keep it: it holds a few native
/// cipher handles, made at first use and freed when the instance is collected.
/// </summary>
public sealed class CodeKey
{
    /// <summary>Length of a key in bytes.</summary>
    public const int KeyLength = 32;

    private readonly BoundedPool<AesGcm> _ciphers;
    private readonly BoundedPool<GcmOpener> _openers;

    /// <summary>Takes a copy of the key.</summary>
    /// <param name="id">1 to 255.</param>
    /// <param name="key">32 bytes.</param>
    /// <param name="revoked">Whether codes under it are void.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is 0.</exception>
    /// <exception cref="ArgumentException">The key is not 32 bytes long.</exception>
    public CodeKey(byte id, ReadOnlySpan<byte> key, bool revoked = false)
    {
        ArgumentOutOfRangeException.ThrowIfZero(id);
        if (key.Length != KeyLength)
        {
            throw new ArgumentException($"A code key has {KeyLength} bytes, this one {key.Length}.", nameof(key));
        }

        (Id, Revoked) = (id, revoked);
        var copy = key.ToArray();
        _ciphers = new BoundedPool<AesGcm>(() => new AesGcm(copy, OnlineCodeLayout.TagLength));
        _openers = new BoundedPool<GcmOpener>(() => new GcmOpener(copy));
    }

    /// <summary>Number of the key, 1 to 255.</summary>
    public byte Id { get; }

    /// <summary>Whether codes under it are void.</summary>
    public bool Revoked { get; }

    /// <summary>Cipher handles at rest; for tests of the bound.</summary>
    internal int RestingCiphers => _ciphers.Resting + _openers.Resting;

    internal void Seal(
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> plaintext,
        Span<byte> ciphertext,
        Span<byte> tag,
        ReadOnlySpan<byte> associatedData)
    {
        using var cipher = new Lease<AesGcm>(_ciphers);
        cipher.Item.Encrypt(nonce, plaintext, ciphertext, tag, associatedData);
    }

    internal bool TryUnseal(
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> ciphertext,
        ReadOnlySpan<byte> tag,
        Span<byte> plaintext,
        ReadOnlySpan<byte> associatedData)
    {
        if (GcmOpener.IsAvailable)
        {
            using var opener = new Lease<GcmOpener>(_openers);
            return opener.Item.TryOpen(nonce, ciphertext, tag, plaintext, associatedData);
        }

        return TryUnsealByPlatform(nonce, ciphertext, tag, plaintext, associatedData);
    }

    /// <summary>The platform's way to open: where its OpenSSL is not to be called directly, and for tests.</summary>
    internal bool TryUnsealByPlatform(
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> ciphertext,
        ReadOnlySpan<byte> tag,
        Span<byte> plaintext,
        ReadOnlySpan<byte> associatedData)
    {
        using var cipher = new Lease<AesGcm>(_ciphers);
        try
        {
            cipher.Item.Decrypt(nonce, ciphertext, tag, plaintext, associatedData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            // The platform has no way to ask without it; only a forged code, past every cheap check, pays for it.
            return false;
        }
    }
}
