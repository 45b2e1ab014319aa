using System.Buffers.Binary;

namespace YiMaTong.Decode.Decisions;

/// <summary>
/// Records in a file of the journal, little-endian: mark (2 bytes), length of the body (2), CRC-32C (4) over journal,
/// length, sequence and body, sequence (8), body. The journal's identity is in the checksum, so a record counts only in
/// its own journal. The layout is frozen by a test.
/// </summary>
internal static class RecordFormat
{
    /// <summary>Longest record in bytes.</summary>
    public const int LengthMax = HeadLength + BodyMax;

    /// <summary>Shortest record in bytes.</summary>
    public const int HeadLength = 16;

    private const ushort Mark = 0xD15C;
    private const int PlaceAt = 1 + 16 + (4 * 8) + 2 + 2 + 3;
    private const int BodyMax = PlaceAt + DecisionPlace.EncodedMax;
    private const byte DecisionKind = 1, LossKind = 2;
    private const int LossLength = 1 + (3 * 8);
    private const int DecisionLengthMin = 59;

    /// <summary>Writes a decision.</summary>
    /// <returns>Bytes written, at most <see cref="LengthMax"/>.</returns>
    public static int Write(Span<byte> record, uint seed, long sequence, in DecisionEntry entry)
    {
        var body = record[HeadLength..];
        body[0] = DecisionKind;
        BinaryPrimitives.WriteUInt128BigEndian(body[1..], entry.DecisionId);
        BinaryPrimitives.WriteInt64LittleEndian(body[17..], entry.AtMs);
        BinaryPrimitives.WriteUInt64LittleEndian(body[25..], entry.Handle);
        BinaryPrimitives.WriteUInt64LittleEndian(body[33..], entry.Tags);
        BinaryPrimitives.WriteUInt64LittleEndian(body[41..], entry.DataRevision);
        BinaryPrimitives.WriteUInt16LittleEndian(body[49..], entry.Told);
        BinaryPrimitives.WriteUInt16LittleEndian(body[51..], entry.Cause);
        body[53] = (byte)entry.Decision;
        body[54] = entry.CodeType;
        body[55] = entry.Fields;
        var place = entry.Place.Encoded;
        place.CopyTo(body[PlaceAt..]);
        return Close(record, seed, sequence, PlaceAt + place.Length);
    }

    /// <summary>Writes a loss.</summary>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> record, uint seed, long sequence, in Loss loss)
    {
        var body = record[HeadLength..];
        body[0] = LossKind;
        BinaryPrimitives.WriteInt64LittleEndian(body[1..], loss.Count);
        BinaryPrimitives.WriteInt64LittleEndian(body[9..], loss.FromMs);
        BinaryPrimitives.WriteInt64LittleEndian(body[17..], loss.ToMs);
        return Close(record, seed, sequence, LossLength);
    }

    /// <summary>Reads the record at the start of the bytes.</summary>
    /// <param name="bytes">Bytes of a segment.</param>
    /// <param name="seed">What the journal's checksums start from.</param>
    /// <param name="message">Gets the DecisionRecord; at least <see cref="RecordMessage.LengthMax"/> bytes.</param>
    /// <param name="sequence">The record's sequence.</param>
    /// <param name="written">Length of the message.</param>
    /// <returns>The record's length in bytes; 0 where no whole, sound record is there.</returns>
    public static int Read(
        ReadOnlySpan<byte> bytes, uint seed, Span<byte> message, out long sequence, out int written)
    {
        (sequence, written) = (0, 0);
        if (bytes.Length < HeadLength || BinaryPrimitives.ReadUInt16LittleEndian(bytes) != Mark)
        {
            return 0;
        }

        var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        if (length is 0 or > BodyMax || bytes.Length < HeadLength + length)
        {
            return 0;
        }

        var whole = bytes[..(HeadLength + length)];
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Checksum(whole, seed))
        {
            return 0;
        }

        sequence = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        var body = whole[HeadLength..];
        switch (body[0])
        {
            case DecisionKind when length >= DecisionLengthMin:
                written = RecordMessage.WriteDecision(body, message);
                return whole.Length;
            case LossKind when length == LossLength:
                written = RecordMessage.WriteLoss(body, message);
                return whole.Length;
            default:
                return 0;
        }
    }

    /// <summary>What the checksums of a journal start from.</summary>
    public static uint SeedOf(Guid journal)
    {
        Span<byte> bytes = stackalloc byte[16];
        journal.TryWriteBytes(bytes, bigEndian: true, out _);
        return Crc32C.Add(Crc32C.Seed, bytes);
    }

    private static int Close(Span<byte> record, uint seed, long sequence, int length)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(record, Mark);
        BinaryPrimitives.WriteUInt16LittleEndian(record[2..], (ushort)length);
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Checksum(record[..(HeadLength + length)], seed));
        return HeadLength + length;
    }

    private static uint Checksum(ReadOnlySpan<byte> record, uint seed) =>
        Crc32C.Add(Crc32C.Add(seed, record.Slice(2, 2)), record[8..]);
}
