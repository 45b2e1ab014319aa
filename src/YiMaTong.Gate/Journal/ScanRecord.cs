using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using YiMaTong.Contracts.Emergency.V1;

namespace YiMaTong.Gate.Journal;

/// <summary>
/// A record of the journal, little-endian: length of the body (4 bytes), CRC-32C (4) over journal, length, sequence and
/// body, sequence (8), body: a serialised OfflineScan. The journal's identity is in the sum, so that a record counts in
/// its own journal alone. The layout is frozen by a test.
/// </summary>
internal static class ScanRecord
{
    /// <summary>Bytes before the body.</summary>
    public const int HeadLength = 16;

    /// <summary>Longest body in bytes.</summary>
    public const int BodyMax = 1_024;

    /// <summary>Writes a record.</summary>
    public static byte[] Write(Guid journal, long sequence, OfflineScan scan)
    {
        var record = new byte[HeadLength + scan.CalculateSize()];
        scan.WriteTo(record.AsSpan(HeadLength));
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - HeadLength);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(8), sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), Sum(journal, record));
        return record;
    }

    /// <summary>Reads the record at the start of the bytes.</summary>
    /// <returns>Its length; 0 where no whole, sound record is there.</returns>
    public static int Read(ReadOnlySpan<byte> bytes, Guid journal, out long sequence, out OfflineScan? scan)
    {
        (sequence, scan) = (0, null);
        if (bytes.Length < HeadLength)
        {
            return 0;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length is < 0 or > BodyMax || bytes.Length < HeadLength + length)
        {
            return 0;
        }

        var record = bytes[..(HeadLength + length)];
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Sum(journal, record))
        {
            return 0;
        }

        try
        {
            scan = OfflineScan.Parser.ParseFrom(record[HeadLength..].ToArray());
        }
        catch (InvalidProtocolBufferException)
        {
            return 0;
        }

        sequence = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        return record.Length;
    }

    private static uint Sum(Guid journal, ReadOnlySpan<byte> record)
    {
        Span<byte> id = stackalloc byte[16];
        journal.TryWriteBytes(id, bigEndian: true, out _);
        return Crc(Crc(Crc(uint.MaxValue, id), record[..4]), record[8..]);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }
}
