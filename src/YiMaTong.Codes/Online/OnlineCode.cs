using System.Buffers.Binary;
using System.Security.Cryptography;
using YiMaTong.Codes.Text;
using static YiMaTong.Codes.Online.OnlineCodeLayout;

namespace YiMaTong.Codes.Online;

/// <summary>
/// The text form of online codes: "YM", the suite's version character, base45 of 38 bytes. Suite "1" is AES-256-GCM
/// with a tag of 96 bits; its nonce is the issue time and 64 random bits, its associated data "YM1" and the key id.
/// <para>A code may hold spaces, but never ends in one: the last triplet stands for at most 65,535, so its last
/// character is at most "W". A client that trims what it scanned breaks no code.</para>
/// </summary>
public static class OnlineCode
{
    /// <summary>Length of every code of suite 1, in characters: prefix, version, 57 characters of base45.</summary>
    public const int Length = 60;

    private const string Prefix = "YM1";

    /// <summary>
    /// Mints a code. Allocates nothing once the key's cipher handles exist. Thread-safe. Whether the key is revoked is
    /// for the caller to know: a code under a revoked key is minted, and refused at every gate.
    /// </summary>
    /// <param name="key">The key to seal under.</param>
    /// <param name="payload">What the code says.</param>
    /// <param name="issuedAt">Second of the Unix epoch.</param>
    /// <param name="destination">Room for <see cref="Length"/> characters.</param>
    /// <exception cref="ArgumentException">
    /// The handle is 0, the life is no multiple of 5 from 5 to 1,275 seconds, or the destination is too short.
    /// </exception>
    public static void Mint(CodeKey key, in CodePayload payload, uint issuedAt, Span<char> destination)
    {
        Span<byte> random = stackalloc byte[RandomLength];
        RandomNumberGenerator.Fill(random);
        Mint(key, payload, issuedAt, random, destination);
    }

    /// <summary>Mints with given random bytes: for golden vectors alone.</summary>
    internal static void Mint(
        CodeKey key, in CodePayload payload, uint issuedAt, ReadOnlySpan<byte> random, Span<char> destination)
    {
        ArgumentNullException.ThrowIfNull(key);
        Check(payload, destination.Length);

        Span<byte> plaintext = stackalloc byte[PlaintextLength];
        BinaryPrimitives.WriteUInt64BigEndian(plaintext[HandleAt..], payload.Handle);
        plaintext[TypeAt] = payload.Type;
        BinaryPrimitives.WriteUInt16BigEndian(plaintext[ChannelAt..], payload.Channel);
        plaintext[FlagsAt] = payload.Flags;
        plaintext[LifeAt] = (byte)(payload.LifeSeconds / LifeUnitSeconds);

        Span<byte> code = stackalloc byte[TotalLength];
        code[KeyIdAt] = key.Id;
        BinaryPrimitives.WriteUInt32BigEndian(code[IssuedAtAt..], issuedAt);
        random.CopyTo(code[RandomAt..CiphertextAt]);
        ReadOnlySpan<byte> associatedData = [(byte)'Y', (byte)'M', (byte)'1', key.Id];
        key.Seal(code[IssuedAtAt..CiphertextAt], plaintext, code[CiphertextAt..TagAt], code[TagAt..], associatedData);

        Prefix.CopyTo(destination);
        Base45.TryEncode(code, destination[Prefix.Length..Length], out _);
    }

    /// <summary>
    /// Opens a code: length, prefix, alphabet and key first, the seal last. Never throws for any text. Thread-safe.
    /// Allocates nothing. A forged seal takes as long as a good one where the platform's OpenSSL is there;
    /// elsewhere the platform reports it by an exception, caught here (216 bytes, about three times the time).
    /// </summary>
    /// <param name="ring">The keys that count.</param>
    /// <param name="text">What a scanner read; any content and length.</param>
    /// <param name="code">The opened code; default unless the answer is <see cref="CodeOpenStatus.Opened"/>.</param>
    public static CodeOpenStatus Open(CodeKeyRing ring, ReadOnlySpan<char> text, out OpenedCode code)
    {
        ArgumentNullException.ThrowIfNull(ring);
        code = default;
        Span<byte> bytes = stackalloc byte[TotalLength];
        if (text.Length != Length
            || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || !Base45.TryDecode(text[Prefix.Length..], bytes, out _))
        {
            return CodeOpenStatus.NotOurs;
        }

        var keyId = bytes[KeyIdAt];
        if (ring.Find(keyId) is not { } key)
        {
            return CodeOpenStatus.UnknownKey;
        }

        if (key.Revoked)
        {
            return CodeOpenStatus.RevokedKey;
        }

        Span<byte> plaintext = stackalloc byte[PlaintextLength];
        ReadOnlySpan<byte> associatedData = [(byte)'Y', (byte)'M', (byte)'1', keyId];
        if (!key.TryUnseal(
            bytes[IssuedAtAt..CiphertextAt], bytes[CiphertextAt..TagAt], bytes[TagAt..], plaintext, associatedData))
        {
            return CodeOpenStatus.Forged;
        }

        return Read(bytes, plaintext, out code) ? CodeOpenStatus.Opened : CodeOpenStatus.Forged;
    }

    // A seal that holds around values which Mint refuses was not made by Mint.
    private static bool Read(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> plaintext, out OpenedCode code)
    {
        code = default;
        var handle = BinaryPrimitives.ReadUInt64BigEndian(plaintext[HandleAt..]);
        var life = plaintext[LifeAt] * LifeUnitSeconds;
        if (handle == 0 || life == 0)
        {
            return false;
        }

        var keyId = bytes[KeyIdAt];
        var issuedAt = BinaryPrimitives.ReadUInt32BigEndian(bytes[IssuedAtAt..]);
        var random = BinaryPrimitives.ReadUInt64BigEndian(bytes[RandomAt..]);
        var channel = BinaryPrimitives.ReadUInt16BigEndian(plaintext[ChannelAt..]);
        var payload = new CodePayload(handle, plaintext[TypeAt], channel, plaintext[FlagsAt], life);
        var nonce = new UInt128((ulong)keyId << 32 | issuedAt, random);
        code = new OpenedCode(payload, keyId, issuedAt, nonce);
        return true;
    }

    private static void Check(in CodePayload payload, int destinationLength)
    {
        if (payload.Handle == 0)
        {
            throw new ArgumentException("A code needs a subject handle other than 0.", nameof(payload));
        }

        if (payload.LifeSeconds is < LifeUnitSeconds or > LifeMaxSeconds || payload.LifeSeconds % LifeUnitSeconds != 0)
        {
            throw new ArgumentException(
                $"The life of a code is a multiple of {LifeUnitSeconds} from {LifeUnitSeconds} to {LifeMaxSeconds} s, "
                + $"not {payload.LifeSeconds}.",
                nameof(payload));
        }

        if (destinationLength < Length)
        {
            throw new ArgumentException($"A code needs room for {Length} characters, not {destinationLength}.");
        }
    }
}
