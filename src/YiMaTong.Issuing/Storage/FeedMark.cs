using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Storage;

namespace YiMaTong.Issuing.Storage;

/// <summary>
/// A file beside the database that knows the newest revision the feed ever showed. A database that is restored from a
/// backup goes on from an older revision and would give the numbers after it to other changes; a decode node that had
/// the first ones would never notice. So the feed shows a revision only after the mark is on disk, and a database that
/// has less history than its mark, or no mark, starts a new epoch. Two slots are written in turn, each with a digest:
/// one that is torn leaves the other. One issuing process a database. Thread-safe.
/// </summary>
internal sealed class FeedMark(IOptions<IssuingOptions> options)
{
    private const int EpochBytes = 16, DigestBytes = 16, SlotContent = EpochBytes + 8, SlotStride = 64;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Lock _writing = new();
    private long _shown = -1;

    private string FilePath => options.Value.Database + ".mark";

    /// <summary>Whether a database of this epoch and newest revision holds all that its feed ever showed.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool Covers(ReadOnlySpan<byte> epoch, long revision)
    {
        Span<byte> file = stackalloc byte[2 * SlotStride];
        file.Clear();
        if (File.Exists(FilePath))
        {
            using var stream = new FileStream(FilePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            _ = stream.ReadAtLeast(file, file.Length, throwOnEndOfStream: false);
        }

        var (first, second) = (RevisionOf(file, epoch), RevisionOf(file[SlotStride..], epoch));
        var marked = Math.Max(first, second);
        return marked >= 0 && marked <= revision;
    }

    /// <summary>Makes sure that the mark is on disk before a revision is shown.</summary>
    /// <exception cref="StorageUnavailableException">The file cannot be written.</exception>
    public void Raise(ReadOnlySpan<byte> epoch, long revision)
    {
        if (Volatile.Read(ref _shown) >= revision)
        {
            return;
        }

        lock (_writing)
        {
            if (_shown >= revision)
            {
                return;
            }

            try
            {
                Write(epoch, revision);
            }
            catch (Exception failure) when (DiskFault.Is(failure))
            {
                throw new StorageUnavailableException(
                    $"{DatabaseFile.Setting}: {FilePath} cannot be written; the feed stands still until it can.",
                    failure);
            }

            Volatile.Write(ref _shown, revision);
        }
    }

    private void Write(ReadOnlySpan<byte> epoch, long revision)
    {
        var open = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            open.UnixCreateMode = OwnerOnly;
        }

        using var stream = new FileStream(FilePath, open);
        Span<byte> file = stackalloc byte[2 * SlotStride];
        file.Clear();
        _ = stream.ReadAtLeast(file, file.Length, throwOnEndOfStream: false);

        // The slot with the higher number stays until the other one is on disk.
        var at = RevisionOf(file, epoch) <= RevisionOf(file[SlotStride..], epoch) ? 0 : SlotStride;
        var slot = file.Slice(at, SlotStride);
        slot.Clear();
        epoch.CopyTo(slot);
        BinaryPrimitives.WriteInt64LittleEndian(slot[EpochBytes..], revision);
        Digest(slot).CopyTo(slot[SlotContent..]);
        stream.Position = at;
        stream.Write(slot);
        stream.Flush(flushToDisk: true);
    }

    // -1 where the slot is empty, torn or of another epoch.
    private static long RevisionOf(ReadOnlySpan<byte> slot, ReadOnlySpan<byte> epoch) =>
        slot.StartsWith(epoch) && slot.Slice(SlotContent, DigestBytes).SequenceEqual(Digest(slot))
            ? BinaryPrimitives.ReadInt64LittleEndian(slot[EpochBytes..])
            : -1;

    private static byte[] Digest(ReadOnlySpan<byte> slot) => SHA256.HashData(slot[..SlotContent])[..DigestBytes];
}
