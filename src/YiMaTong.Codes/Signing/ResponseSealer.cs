using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using YiMaTong.Codes.Pooling;
using YiMaTong.Codes.Text;

namespace YiMaTong.Codes.Signing;

/// <summary>
/// Seals and opens B.4's response, in Base64. GCM: version 1 ‖ keyId ‖ iv(12) ‖ ciphertext ‖ tag(16), with associated
/// data. CBC: version 2 ‖ keyId ‖ iv(16) ‖ ciphertext; associated data is not covered. The IV is random each time,
/// which bounds a GCM key to 2^32 answers: rotate long before. Thread-safe. Disposing frees the native handles early;
/// a call in flight or later still answers rightly.
/// </summary>
public sealed class ResponseSealer : IDisposable
{
    /// <summary>Length of a key in bytes.</summary>
    public const int KeyLength = 32;

    private const int HeaderLength = 2;
    private const int GcmIvLength = 12;
    private const int GcmTagLength = 16;
    private const int CbcBlockLength = 16;
    private const int StackLimit = 2048;

    private readonly BoundedPool<AesGcm>? _gcm;
    private readonly BoundedPool<Aes>? _cbc;

    /// <summary>Takes a copy of the 32-byte key.</summary>
    /// <param name="cipher">The profile that the merchant registered.</param>
    /// <param name="keyId">Number of the key, 0 to 255; told in clear to the opener.</param>
    /// <param name="key">32 bytes.</param>
    /// <exception cref="ArgumentException">The key is not 32 bytes long, or there is no such cipher.</exception>
    public ResponseSealer(ResponseCipher cipher, byte keyId, ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyLength)
        {
            throw new ArgumentException($"A response key has {KeyLength} bytes, this one {key.Length}.", nameof(key));
        }

        (Cipher, KeyId) = (cipher, keyId);
        var copy = key.ToArray();
        switch (cipher)
        {
            case ResponseCipher.Aes256Gcm:
                _gcm = new BoundedPool<AesGcm>(() => new AesGcm(copy, GcmTagLength));
                break;
            case ResponseCipher.Aes256Cbc:
                _cbc = new BoundedPool<Aes>(() => CreateCbc(copy));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(cipher), cipher, "Not a response cipher.");
        }
    }

    /// <summary>The profile.</summary>
    public ResponseCipher Cipher { get; }

    /// <summary>Number of the key.</summary>
    public byte KeyId { get; }

    /// <summary>The associated data of B.4, merchantId|macId|time, in UTF-8.</summary>
    /// <param name="merchantId">The request's merchantId.</param>
    /// <param name="macId">The request's macId.</param>
    /// <param name="time">The request's time, as it was sent.</param>
    public static byte[] AssociatedData(string merchantId, string macId, string time) =>
        Encoding.UTF8.GetBytes($"{merchantId}|{macId}|{time}");

    /// <summary>Seals to Base64.</summary>
    /// <param name="plaintext">The answer, any length that an answer has; UTF-8 JSON in B.4.</param>
    /// <param name="associatedData">See <see cref="AssociatedData"/>; the opener must give the same.</param>
    public string Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData) =>
        Encoding.ASCII.GetString(SealUtf8(plaintext, associatedData));

    /// <summary>Seals to the bytes of the same Base64: half the memory where an answer is kept.</summary>
    /// <param name="plaintext">See <see cref="Seal(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>.</param>
    /// <param name="associatedData">See <see cref="AssociatedData"/>; the opener must give the same.</param>
    public byte[] SealUtf8(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData)
    {
        Span<byte> iv = stackalloc byte[IvLength];
        RandomNumberGenerator.Fill(iv);
        return SealUtf8(plaintext, associatedData, iv);
    }

    /// <summary>Seals with a given IV: for golden vectors alone.</summary>
    internal string Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> iv) =>
        Encoding.ASCII.GetString(SealUtf8(plaintext, associatedData, iv));

    private byte[] SealUtf8(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> iv)
    {
        var bodyLength = _gcm is not null
            ? plaintext.Length + GcmTagLength
            : (plaintext.Length / CbcBlockLength + 1) * CbcBlockLength;
        var length = HeaderLength + iv.Length + bodyLength;
        var message = length <= StackLimit ? stackalloc byte[length] : new byte[length];
        message[0] = (byte)Cipher;
        message[1] = KeyId;
        iv.CopyTo(message[HeaderLength..]);
        var body = message[(HeaderLength + iv.Length)..];
        if (_gcm is not null)
        {
            using var cipher = new Lease<AesGcm>(_gcm);
            var ciphertext = body[..plaintext.Length];
            cipher.Item.Encrypt(iv, plaintext, ciphertext, body[plaintext.Length..], associatedData);
        }
        else
        {
            using var cipher = new Lease<Aes>(_cbc!);
            cipher.Item.EncryptCbc(plaintext, iv, body, PaddingMode.PKCS7);
        }

        var text = new byte[Base64.GetMaxEncodedToUtf8Length(message.Length)];
        _ = Base64.EncodeToUtf8(message, text, out _, out _);
        return text;
    }

    /// <summary>Opens; false when the text or its seal does not hold, never an exception for any text.</summary>
    /// <param name="sealedText">Canonical Base64 under this sealer's profile and key number.</param>
    /// <param name="associatedData">The same as at sealing; not looked at in CBC.</param>
    /// <param name="plaintext">What was sealed; empty on failure.</param>
    /// <returns>
    /// False on failure. In CBC a changed text may open to something else: the profile cannot tell, see
    /// <see cref="ResponseCipher.Aes256Cbc"/>.
    /// </returns>
    public bool TryOpen(string sealedText, ReadOnlySpan<byte> associatedData, out byte[] plaintext)
    {
        ArgumentNullException.ThrowIfNull(sealedText);
        plaintext = [];
        var length = StrictBase64.DecodedLength(sealedText);
        if (length < HeaderLength + IvLength)
        {
            return false;
        }

        var message = length <= StackLimit ? stackalloc byte[length] : new byte[length];
        if (!StrictBase64.TryDecode(sealedText, message, out _) || message[0] != (byte)Cipher || message[1] != KeyId)
        {
            return false;
        }

        var iv = message.Slice(HeaderLength, IvLength);
        var body = message[(HeaderLength + IvLength)..];
        return _gcm is not null
            ? TryOpenGcm(_gcm, iv, body, associatedData, out plaintext)
            : TryOpenCbc(_cbc!, iv, body, out plaintext);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _gcm?.Close();
        _cbc?.Close();
    }

    private int IvLength => _gcm is not null ? GcmIvLength : CbcBlockLength;

    private static bool TryOpenGcm(
        BoundedPool<AesGcm> pool,
        ReadOnlySpan<byte> iv,
        ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> associatedData,
        out byte[] plaintext)
    {
        plaintext = [];
        if (body.Length < GcmTagLength)
        {
            return false;
        }

        var opened = new byte[body.Length - GcmTagLength];
        using var cipher = new Lease<AesGcm>(pool);
        try
        {
            cipher.Item.Decrypt(iv, body[..opened.Length], body[opened.Length..], opened, associatedData);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        plaintext = opened;
        return true;
    }

    private static bool TryOpenCbc(
        BoundedPool<Aes> pool, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> body, out byte[] plaintext)
    {
        plaintext = [];
        if (body.Length == 0 || body.Length % CbcBlockLength != 0)
        {
            return false;
        }

        using var cipher = new Lease<Aes>(pool);
        try
        {
            plaintext = cipher.Item.DecryptCbc(body, iv, PaddingMode.PKCS7);
            return true;
        }
        catch (CryptographicException)
        {
            // The padding is wrong: another key, or a changed text.
            return false;
        }
    }

    private static Aes CreateCbc(byte[] key)
    {
        var aes = Aes.Create();
        aes.Key = key;
        return aes;
    }
}
