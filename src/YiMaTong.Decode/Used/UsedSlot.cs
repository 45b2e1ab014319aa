using System.Buffers.Binary;

namespace YiMaTong.Decode.Used;

/// <summary>What a slot of a file holds.</summary>
internal enum SlotContent : byte
{
    /// <summary>Nothing: its place was taken, and the process ended before it was written.</summary>
    Empty,

    /// <summary>A use.</summary>
    Use,

    /// <summary>The time up to which uses may be forgotten.</summary>
    Horizon,

    /// <summary>What its checksum does not vouch for.</summary>
    Damaged,
}

/// <summary>
/// The form of a slot: 64 bytes, numbers little-endian. CRC-32C over file, number of the slot and all that follows the
/// sum, time it was made (4), time it was used (8), key, user, decision (16 each). A horizon is a slot with key 0. A
/// slot that is copied to another place or file fails its sum.
/// </summary>
internal static class UsedSlot
{
    /// <summary>Bytes of a slot.</summary>
    public const int Size = 64;

    private const int SumSize = sizeof(uint);

    /// <summary>Writes a use.</summary>
    public static void Write(Span<byte> slot, UInt128 file, long number, in UsedRecord record)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(slot[4..], record.MadeAt);
        BinaryPrimitives.WriteInt64LittleEndian(slot[8..], record.AtMs);
        BinaryPrimitives.WriteUInt128LittleEndian(slot[16..], record.Key);
        BinaryPrimitives.WriteUInt128LittleEndian(slot[32..], record.By);
        BinaryPrimitives.WriteUInt128LittleEndian(slot[48..], record.DecisionId);
        BinaryPrimitives.WriteUInt32LittleEndian(slot, Sum(slot, file, number));
    }

    /// <summary>Reads a slot.</summary>
    public static SlotContent Read(ReadOnlySpan<byte> slot, UInt128 file, long number, out UsedRecord record)
    {
        record = default;
        if (!slot.ContainsAnyExcept((byte)0))
        {
            return SlotContent.Empty;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(slot) != Sum(slot, file, number))
        {
            return SlotContent.Damaged;
        }

        record = new(
            BinaryPrimitives.ReadUInt128LittleEndian(slot[16..]),
            BinaryPrimitives.ReadUInt128LittleEndian(slot[32..]),
            BinaryPrimitives.ReadUInt128LittleEndian(slot[48..]),
            BinaryPrimitives.ReadUInt32LittleEndian(slot[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(slot[8..]));
        return record.Key == 0 ? SlotContent.Horizon : SlotContent.Use;
    }

    private static uint Sum(ReadOnlySpan<byte> slot, UInt128 file, long number)
    {
        Span<byte> place = stackalloc byte[24];
        BinaryPrimitives.WriteUInt128LittleEndian(place, file);
        BinaryPrimitives.WriteInt64LittleEndian(place[16..], number);
        return Crc32C.Add(Crc32C.Add(Crc32C.Seed, place), slot[SumSize..Size]);
    }
}
