using System.Buffers.Binary;
using System.Numerics;

namespace YiMaTong.Decode;

/// <summary>The checksum of all that the node writes record by record. Thread-safe.</summary>
internal static class Crc32C
{
    /// <summary>What a sum over nothing before begins with.</summary>
    public const uint Seed = uint.MaxValue;

    /// <summary>Goes on with a sum.</summary>
    public static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var value in bytes)
        {
            sum = BitOperations.Crc32C(sum, value);
        }

        return sum;
    }
}
