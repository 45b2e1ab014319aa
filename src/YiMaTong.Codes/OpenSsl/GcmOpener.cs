using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace YiMaTong.Codes.OpenSsl;

/// <summary>
/// Opens AES-256-GCM under one key by the platform's OpenSSL, without what the platform does around each call of it:
/// it empties OpenSSL's queue of errors five times for one open, which is half of its time, and reports a wrong tag by
/// an exception. The cryptography is OpenSSL's in both ways. Allocates nothing. Not safe for several threads at once.
/// </summary>
internal sealed unsafe partial class GcmOpener : SafeHandleZeroOrMinusOneIsInvalid
{
    private const int NonceLength = 12;
    private const int SetTag = 0x11;
    private static readonly bool _isAvailable = PlatformOpenSsl.Has(IsRight);

    /// <summary>Sets the key.</summary>
    /// <param name="key">32 bytes.</param>
    /// <exception cref="CryptographicException">OpenSSL has no memory, or does not have the cipher.</exception>
    internal GcmOpener(ReadOnlySpan<byte> key)
        : base(ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, 32);
        SetHandle(EVP_CIPHER_CTX_new());
        fixed (byte* keyAt = key)
        {
            if (IsInvalid || EVP_DecryptInit_ex(handle, EVP_aes_256_gcm(), 0, keyAt, null) != 1)
            {
                PlatformOpenSsl.ClearErrors();
                Dispose();
                throw new CryptographicException("OpenSSL made no AES-256-GCM context.");
            }
        }
    }

    /// <summary>Whether this way is there; where it is not, the platform's has to do.</summary>
    internal static bool IsAvailable => _isAvailable;

    /// <summary>Opens.</summary>
    /// <param name="nonce">12 bytes.</param>
    /// <param name="ciphertext">What is sealed.</param>
    /// <param name="tag">The tag, 12 to 16 bytes.</param>
    /// <param name="plaintext">As long as the ciphertext; all zeros where the answer is false.</param>
    /// <param name="associatedData">What is sealed with it.</param>
    /// <returns>Whether the tag is right.</returns>
    internal bool TryOpen(
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> ciphertext,
        ReadOnlySpan<byte> tag,
        Span<byte> plaintext,
        ReadOnlySpan<byte> associatedData)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(nonce.Length, NonceLength);
        ArgumentOutOfRangeException.ThrowIfNotEqual(plaintext.Length, ciphertext.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(tag.Length, 12);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tag.Length, 16);
        fixed (byte* nonceAt = nonce, sealedAt = ciphertext, tagAt = tag, openAt = plaintext, dataAt = associatedData)
        {
            var isOpen = EVP_DecryptInit_ex(handle, 0, 0, null, nonceAt) == 1
                && EVP_DecryptUpdate(handle, null, out _, dataAt, associatedData.Length) == 1
                && EVP_DecryptUpdate(handle, openAt, out var length, sealedAt, ciphertext.Length) == 1
                && length == ciphertext.Length
                && EVP_CIPHER_CTX_ctrl(handle, SetTag, tag.Length, tagAt) == 1
                && EVP_DecryptFinal_ex(handle, openAt + length, out _) == 1;
            if (!isOpen)
            {
                // What a wrong tag covers is nobody's to read.
                CryptographicOperations.ZeroMemory(plaintext);
                PlatformOpenSsl.ClearErrors();
            }

            return isOpen;
        }
    }

    protected override bool ReleaseHandle()
    {
        EVP_CIPHER_CTX_free(handle);
        return true;
    }

    // What the platform seals opens, twice in a row; with any of its parts altered it does not.
    private static bool IsRight()
    {
        Span<byte> key = stackalloc byte[32];
        Span<byte> nonce = stackalloc byte[NonceLength];
        Span<byte> tag = stackalloc byte[12];
        Span<byte> sealedText = stackalloc byte[13];
        Span<byte> open = stackalloc byte[13];
        key.Fill(7);
        nonce.Fill(9);
        using var platform = new AesGcm(key, tag.Length);
        platform.Encrypt(nonce, "thirteen more"u8, sealedText, tag, "data"u8);
        using var opener = new GcmOpener(key);
        for (var i = 0; i < 2; i++)
        {
            if (!opener.TryOpen(nonce, sealedText, tag, open, "data"u8) || !open.SequenceEqual("thirteen more"u8))
            {
                return false;
            }
        }

        if (opener.TryOpen(nonce, sealedText, tag, open, "Data"u8))
        {
            return false;
        }

        tag[^1] ^= 1;
        return !opener.TryOpen(nonce, sealedText, tag, open, "data"u8);
    }

    [LibraryImport(PlatformOpenSsl.Library)]
    private static partial nint EVP_aes_256_gcm();

    [LibraryImport(PlatformOpenSsl.Library)]
    private static partial nint EVP_CIPHER_CTX_new();

    [LibraryImport(PlatformOpenSsl.Library)]
    private static partial void EVP_CIPHER_CTX_free(nint context);

    [LibraryImport(PlatformOpenSsl.Library)]
    private static partial int EVP_DecryptInit_ex(nint context, nint cipher, nint engine, byte* key, byte* nonce);

    [LibraryImport(PlatformOpenSsl.Library)]
    private static partial int EVP_DecryptUpdate(
        nint context, byte* destination, out int written, byte* source, int length);

    [LibraryImport(PlatformOpenSsl.Library)]
    private static partial int EVP_CIPHER_CTX_ctrl(nint context, int type, int argument, byte* pointer);

    [LibraryImport(PlatformOpenSsl.Library)]
    private static partial int EVP_DecryptFinal_ex(nint context, byte* destination, out int written);
}
