using System.IO.Compression;
using System.Security.Cryptography;

namespace YiMaTong.Codes.Emergency.Trust;

/// <summary>
/// One bit for each code that was issued: 1 is revoked. The bit order is that of the Token Status List: place 0 is the
/// lowest bit of byte 0. Immutable and thread-safe.
/// </summary>
public sealed class StatusList
{
    /// <summary>Places that a list has at most.</summary>
    public const int SizeMax = EmergencyGrant.StatusIndexMax + 1;

    private readonly byte[] _bits;
    private readonly byte[] _hash;

    /// <summary>Takes a list over.</summary>
    /// <param name="number">Number of the list, 0 to 255.</param>
    /// <param name="revision">From 1 on.</param>
    /// <param name="issuedAt">Second of the Unix epoch.</param>
    /// <param name="size">Number of places, 1 to 16,777,216.</param>
    /// <param name="bits">The bits, in just as many bytes as they take; those past the size are 0. Copied.</param>
    /// <exception cref="ArgumentException">Any of it is out of range.</exception>
    public StatusList(byte number, uint revision, uint issuedAt, int size, ReadOnlySpan<byte> bits)
        : this(number, revision, issuedAt, size, bits.ToArray())
    {
        if (revision == 0 || size is < 1 or > SizeMax || !IsWhole(size, bits))
        {
            throw new ArgumentException("Revision, size and bits of the list do not fit together.", nameof(bits));
        }
    }

    private StatusList(byte number, uint revision, uint issuedAt, int size, byte[] bits) =>
        (Number, Revision, IssuedAt, Size, _bits, _hash) =
            (number, revision, issuedAt, size, bits, SHA256.HashData(bits));

    /// <summary>Number of the list.</summary>
    public byte Number { get; }

    /// <summary>Revision, from 1 on.</summary>
    public uint Revision { get; }

    /// <summary>Second of the Unix epoch at which it was signed: what its age is counted from.</summary>
    public uint IssuedAt { get; }

    /// <summary>Number of places.</summary>
    public int Size { get; }

    /// <summary>The bits.</summary>
    public ReadOnlySpan<byte> Bits => _bits;

    /// <summary>SHA-256 of the bits: an ETag, and what a delta must lead to.</summary>
    public ReadOnlySpan<byte> Hash => _hash;

    /// <summary>The standing of one code.</summary>
    /// <param name="index">Its place.</param>
    public TokenStanding Read(int index) => (uint)index >= (uint)Size ? TokenStanding.Unknown
        : (_bits[index >> 3] >> (index & 7) & 1) == 0 ? TokenStanding.Valid : TokenStanding.Revoked;

    internal static int BytesOf(int size) => (size + 7) / 8;

    internal static StatusList? From(byte number, uint revision, uint issuedAt, int size, byte[] bits) =>
        IsWhole(size, bits) ? new StatusList(number, revision, issuedAt, size, bits) : null;

    internal static byte[] Deflate(ReadOnlySpan<byte> bits)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize))
        {
            zlib.Write(bits);
        }

        return packed.ToArray();
    }

    /// <summary>Unpacks exactly so many bytes; null for anything else, however far it would unfold.</summary>
    internal static byte[]? Inflate(ReadOnlySpan<byte> packed, int length)
    {
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
            var bits = new byte[length];
            zlib.ReadExactly(bits);
            return zlib.ReadByte() < 0 ? bits : null;
        }
        catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException)
        {
            // The platform tells damaged or short data by an exception alone.
            return null;
        }
    }

    private static bool IsWhole(int size, ReadOnlySpan<byte> bits) =>
        bits.Length == BytesOf(size) && (size % 8 == 0 || bits[^1] >> size % 8 == 0);
}
