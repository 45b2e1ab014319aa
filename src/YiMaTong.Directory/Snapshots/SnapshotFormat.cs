using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace YiMaTong.Directory.Snapshots;

/// <summary>
/// The bytes of a snapshot file, little-endian. A header in clear with a tag; then blocks of a length (4), a kind (1),
/// the sealed content and a tag (16); the last block counts all before it, and nothing follows. Every part is sealed
/// by AES-256-GCM under a key of this file alone, drawn by HKDF-SHA-256 from the node's key and the header's salt. A
/// block's nonce is its number, so blocks cannot change places; the header's tag is authenticated with each, so blocks
/// of two files cannot be mixed. A change of this layout, or of <see cref="SubjectRecord"/>, is another version.
/// </summary>
internal static class SnapshotFormat
{
    public const int KeyBytes = 32;
    public const int TagBytes = 16;
    public const int NonceBytes = 12;
    public const int SaltBytes = 32;
    public const int BlockHeadBytes = 5;
    public const int EndBytes = 24;

    /// <summary>Most bytes of a block's content.</summary>
    public const int BlockBytesMax = 1 << 20;

    /// <summary>Header without its tag.</summary>
    public const int HeaderBytes = 8 + 4 + SaltBytes + 16 + 8 + 8 + 8 + 16 + 8;

    /// <summary>Bytes of a subject.</summary>
    public static readonly int EntryBytes = Unsafe.SizeOf<SubjectEntry>();

    private const uint Version = 1;

    public static ReadOnlySpan<byte> Magic => "YMTSNAP\n"u8;

    public static void Write(SnapshotHeader header, ReadOnlySpan<byte> salt, Span<byte> bytes)
    {
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], Version);
        salt.CopyTo(bytes[12..]);
        var rest = bytes[(12 + SaltBytes)..];
        BinaryPrimitives.WriteUInt128LittleEndian(rest, header.Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(rest[16..], header.Revision);
        BinaryPrimitives.WriteUInt64LittleEndian(rest[24..], header.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(rest[32..], header.ConfirmedAtMs);
        header.Boot.TryWriteBytes(rest[40..]);
        BinaryPrimitives.WriteInt64LittleEndian(rest[56..], header.ConfirmedUptimeMs);
    }

    /// <summary>Reads a header that was found to be as written; null where it is of another format.</summary>
    public static SnapshotHeader? Read(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) != Version)
        {
            return null;
        }

        var rest = bytes[(12 + SaltBytes)..];
        return new()
        {
            Epoch = BinaryPrimitives.ReadUInt128LittleEndian(rest),
            Revision = BinaryPrimitives.ReadUInt64LittleEndian(rest[16..]),
            Sequence = BinaryPrimitives.ReadUInt64LittleEndian(rest[24..]),
            ConfirmedAtMs = BinaryPrimitives.ReadInt64LittleEndian(rest[32..]),
            Boot = new Guid(rest.Slice(40, 16)),
            ConfirmedUptimeMs = BinaryPrimitives.ReadInt64LittleEndian(rest[56..]),
        };
    }

    public static ReadOnlySpan<byte> Salt(ReadOnlySpan<byte> header) => header.Slice(12, SaltBytes);

    public static AesGcm Sealer(ReadOnlySpan<byte> nodeKey, ReadOnlySpan<byte> salt)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, nodeKey, key, salt, "yimatong snapshot 1"u8);
        var sealer = new AesGcm(key, TagBytes);
        CryptographicOperations.ZeroMemory(key);
        return sealer;
    }

    public static void Nonce(ulong block, Span<byte> nonce)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[4..], block);
    }
}
