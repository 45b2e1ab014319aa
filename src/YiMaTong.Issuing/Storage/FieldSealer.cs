using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace YiMaTong.Issuing.Storage;

/// <summary>
/// Seals single fields with AES-256-GCM under a key that lies outside the database, and hashes identity numbers for
/// look-ups. A sealed value is version(1) ‖ nonce(12) ‖ ciphertext ‖ tag(16); the associated data is the version and
/// the column's name. Thread-safe.
/// </summary>
internal sealed class FieldSealer
{
    /// <summary>Length of the key in bytes.</summary>
    public const int KeySize = 32;

    private const byte Version = 1;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int Overhead = 1 + NonceSize + TagSize;

    private readonly byte[] _sealKey;
    private readonly byte[] _lookupKey;
    private readonly byte[] _pseudonymKey;

    /// <summary>Derives one key for seals and one for look-ups.</summary>
    /// <param name="key">32 random bytes.</param>
    public FieldSealer(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeySize)
        {
            throw new ArgumentException($"A seal key has {KeySize} bytes, not {key.Length}.", nameof(key));
        }

        _sealKey = Derive(key, "yimatong field seal 1");
        _lookupKey = Derive(key, "yimatong lookup hash 1");
        _pseudonymKey = Derive(key, "yimatong pseudonym 1");
        KeyCheck = Derive(key, "yimatong key check 1")[..16];
    }

    /// <summary>
    /// Says which key this is without giving it away; the database keeps it to notice a wrong key at start.
    /// </summary>
    public byte[] KeyCheck { get; }

    /// <summary>Seals text.</summary>
    public byte[] Seal(string column, ReadOnlySpan<char> text)
    {
        var plaintext = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, plaintext);
        var result = SealBytes(column, plaintext);
        CryptographicOperations.ZeroMemory(plaintext);
        return result;
    }

    /// <summary>Opens sealed text.</summary>
    /// <exception cref="CryptographicException">The value was altered, or sealed under another key or for another
    /// column.</exception>
    public string Open(string column, ReadOnlySpan<byte> sealedValue)
    {
        var plaintext = OpenBytes(column, sealedValue);
        var text = Encoding.UTF8.GetString(plaintext);
        CryptographicOperations.ZeroMemory(plaintext);
        return text;
    }

    /// <summary>Seals bytes, for example a key.</summary>
    public byte[] SealBytes(string column, ReadOnlySpan<byte> value)
    {
        var result = new byte[Overhead + value.Length];
        result[0] = Version;
        var nonce = result.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_sealKey, TagSize);
        aes.Encrypt(
            nonce, value, result.AsSpan(1 + NonceSize, value.Length), result.AsSpan(result.Length - TagSize),
            Bind(column));
        return result;
    }

    /// <summary>Opens sealed bytes.</summary>
    /// <exception cref="CryptographicException">The value was altered, or sealed under another key or for another
    /// column.</exception>
    public byte[] OpenBytes(string column, ReadOnlySpan<byte> sealedValue)
    {
        if (sealedValue.Length < Overhead || sealedValue[0] != Version)
        {
            throw new CryptographicException($"A value of {column} is not a sealed value of version {Version}.");
        }

        var plaintext = new byte[sealedValue.Length - Overhead];
        using var aes = new AesGcm(_sealKey, TagSize);
        aes.Decrypt(
            sealedValue.Slice(1, NonceSize), sealedValue.Slice(1 + NonceSize, plaintext.Length),
            sealedValue[^TagSize..], plaintext, Bind(column));
        return plaintext;
    }

    /// <summary>
    /// The look-up key of a certificate: HMAC-SHA256 over its type and its number, trimmed and in upper case (a
    /// resident identity number may end in x or X).
    /// </summary>
    public byte[] LookupHash(string idType, string idNumber) =>
        HMACSHA256.HashData(_lookupKey, Encoding.UTF8.GetBytes($"{idType}\u001F{idNumber.Trim().ToUpperInvariant()}"));

    /// <summary>
    /// A citizen's name for one app: HMAC-SHA256 over handle and app, the first 24 bytes, so that two apps cannot find
    /// out that they know the same citizen.
    /// </summary>
    public byte[] Pseudonym(ulong handle, string appId)
    {
        var message = new byte[sizeof(ulong) + Encoding.UTF8.GetByteCount(appId)];
        BinaryPrimitives.WriteUInt64BigEndian(message, handle);
        Encoding.UTF8.GetBytes(appId, message.AsSpan(sizeof(ulong)));
        return HMACSHA256.HashData(_pseudonymKey, message)[..24];
    }

    /// <summary>What is stored of a random 256-bit token: its SHA-256.</summary>
    public static byte[] TokenHash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static byte[] Bind(string column) => [Version, .. Encoding.UTF8.GetBytes(column)];

    private static byte[] Derive(ReadOnlySpan<byte> key, string purpose)
    {
        var derived = new byte[KeySize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, [], Encoding.UTF8.GetBytes(purpose));
        return derived;
    }
}
