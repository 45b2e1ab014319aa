using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;

namespace YiMaTong.Directory;

/// <summary>
/// CRC-32C of each sector that was written, kept in memory: 4 bytes for 512. Thread-safe: a sector's sum is kept before
/// the sector can be read, and only its writer keeps it.
/// </summary>
internal sealed class SectorSums(uint sectorSize)
{
    private readonly ConcurrentDictionary<int, uint[]> _segments = new();

    /// <summary>Bytes of a segment of the file.</summary>
    public long SegmentSize { get; set; }

    /// <summary>Bytes of memory taken.</summary>
    public long Bytes => _segments.Count * (SegmentSize / sectorSize) * sizeof(uint);

    /// <summary>Keeps the sums of whole sectors.</summary>
    public void Keep(int segment, ulong address, ReadOnlySpan<byte> bytes)
    {
        var sums = _segments.GetOrAdd(segment, _ => new uint[SegmentSize / sectorSize]);
        for (var sector = (int)(address / sectorSize); bytes.Length >= sectorSize; sector++)
        {
            Volatile.Write(ref sums[sector], Sum(bytes[..(int)sectorSize]));
            bytes = bytes[(int)sectorSize..];
        }
    }

    /// <summary>Whether sectors are as they were written; one that never was holds no record and matches.</summary>
    public bool Match(int segment, ulong address, ReadOnlySpan<byte> bytes)
    {
        if (!_segments.TryGetValue(segment, out var sums))
        {
            return true;
        }

        for (var sector = (int)(address / sectorSize); bytes.Length >= sectorSize; sector++)
        {
            var kept = Volatile.Read(ref sums[sector]);
            if (kept != 0 && kept != Sum(bytes[..(int)sectorSize]))
            {
                return false;
            }

            bytes = bytes[(int)sectorSize..];
        }

        return true;
    }

    /// <summary>Forgets a segment that is deleted.</summary>
    public void Forget(int segment) => _segments.TryRemove(segment, out _);

    // 0 stands for "never written".
    private static uint Sum(ReadOnlySpan<byte> sector)
    {
        var sum = uint.MaxValue;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(sector))
        {
            sum = BitOperations.Crc32C(sum, word);
        }

        return sum == 0 ? 1 : sum;
    }
}
