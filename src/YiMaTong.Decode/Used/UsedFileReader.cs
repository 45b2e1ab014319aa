using Microsoft.Win32.SafeHandles;
using YiMaTong.Codes.Storage;

namespace YiMaTong.Decode.Used;

/// <summary>What is in a file.</summary>
/// <param name="Uses">Uses whose sum is right.</param>
/// <param name="Damaged">Slots whose sum is wrong, that the disk does not give, or that are cut.</param>
/// <param name="NewestMadeAt">When the newest thing was made whose use is in it; 0 where there is none.</param>
/// <param name="LastUsedMs">When the last use was, in milliseconds of the Unix epoch.</param>
/// <param name="Horizon">The newest horizon in it; 0 where there is none.</param>
internal readonly record struct UsedFileSummary(
    long Uses, long Damaged, uint NewestMadeAt, long LastUsedMs, uint Horizon);

/// <summary>
/// Reads files of uses. Slots have one size, so whatever is damaged, the next slot is found. Thread-safe.
/// </summary>
internal static class UsedFileReader
{
    private const int SlotsAtOnce = 1_024;

    /// <summary>Reads a file; never throws for what is in it, or for what the disk does not give.</summary>
    /// <param name="name">The file.</param>
    /// <param name="use">Gets each use; null to sum up only.</param>
    public static UsedFileSummary Read(UsedFileName name, Action<UsedRecord>? use = null)
    {
        var summary = default(UsedFileSummary);
        try
        {
            using var file = File.OpenHandle(
                name.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = RandomAccess.GetLength(file);
            var buffer = new byte[SlotsAtOnce * UsedSlot.Size];
            for (var at = 0L; at < length; at += buffer.Length)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - at));
                var read = TryRead(file, part, at);
                summary = Sum(summary, name, part[..read], at / UsedSlot.Size, use);
                var missing = part.Length - (read / UsedSlot.Size * UsedSlot.Size);
                summary = summary with { Damaged = summary.Damaged + ((missing + UsedSlot.Size - 1) / UsedSlot.Size) };
            }

            return summary;
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            return summary with { Damaged = summary.Damaged + 1 };
        }
    }

    private static int TryRead(SafeFileHandle file, Span<byte> into, long at)
    {
        var read = 0;
        try
        {
            while (read < into.Length)
            {
                var more = RandomAccess.Read(file, into[read..], at + read);
                if (more == 0)
                {
                    return read;
                }

                read += more;
            }
        }
        catch (IOException)
        {
            // A bad sector: what it held counts as damaged, what follows is read all the same.
            return read;
        }

        return read;
    }

    private static UsedFileSummary Sum(
        UsedFileSummary summary, UsedFileName name, ReadOnlySpan<byte> part, long first, Action<UsedRecord>? use)
    {
        for (var i = 0; (i + 1) * UsedSlot.Size <= part.Length; i++)
        {
            switch (UsedSlot.Read(part.Slice(i * UsedSlot.Size, UsedSlot.Size), name.Id, first + i, out var record))
            {
                case SlotContent.Use:
                    use?.Invoke(record);
                    summary = summary with
                    {
                        Uses = summary.Uses + 1,
                        NewestMadeAt = Math.Max(summary.NewestMadeAt, record.MadeAt),
                        LastUsedMs = Math.Max(summary.LastUsedMs, record.AtMs),
                    };
                    break;
                case SlotContent.Horizon:
                    summary = summary with { Horizon = Math.Max(summary.Horizon, record.MadeAt) };
                    break;
                case SlotContent.Damaged:
                    summary = summary with { Damaged = summary.Damaged + 1 };
                    break;
                default:
                    break;
            }
        }

        return summary;
    }
}
