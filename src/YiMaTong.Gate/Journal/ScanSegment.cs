using System.Globalization;
using YiMaTong.Contracts.Emergency.V1;

namespace YiMaTong.Gate.Journal;

/// <summary>A scan with its place in a journal.</summary>
internal sealed record JournalledScan(Guid Journal, long Sequence, OfflineScan Scan);

/// <summary>
/// A file of the journal. Its name says when the journal began (milliseconds of the Unix epoch), which journal it is,
/// and the sequence of its first record; names sort in the order of writing. Immutable.
/// </summary>
internal sealed record ScanSegment(string Path, Guid Journal, long FirstSequence)
{
    private const string Suffix = ".scans";

    // Several times what a segment comes to: whatever is longer was put there by somebody else.
    private const int BytesMax = 4 << 20;

    /// <summary>Names a new one.</summary>
    public static ScanSegment In(string folder, long startedMs, Guid journal, long firstSequence) => new(
        System.IO.Path.Combine(
            folder,
            string.Create(CultureInfo.InvariantCulture, $"{startedMs:D14}-{journal:N}-{firstSequence:D12}{Suffix}")),
        journal,
        firstSequence);

    /// <summary>Those of a folder, the oldest first.</summary>
    public static IReadOnlyList<ScanSegment> All(string folder)
    {
        var segments = new List<ScanSegment>();
        foreach (var path in Directory.EnumerateFiles(folder, "*" + Suffix).Order(StringComparer.Ordinal))
        {
            if (System.IO.Path.GetFileNameWithoutExtension(path).Split('-') is [_, var journal, var first]
                && Guid.TryParseExact(journal, "N", out var id)
                && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            {
                segments.Add(new ScanSegment(path, id, sequence));
            }
        }

        return segments;
    }

    /// <summary>
    /// Reads its records. What is no record is skipped byte by byte up to the next sound one, so that damage costs what
    /// it touches and no more.
    /// </summary>
    /// <param name="damage">Bytes that were skipped before another record: not what a cut at the end left.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public IReadOnlyList<JournalledScan> Read(out long damage)
    {
        using var file = new FileStream(
            Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var bytes = new byte[Math.Min(file.Length, BytesMax)];
        file.ReadExactly(bytes);
        var scans = new List<JournalledScan>();
        (damage, var skipped) = (file.Length - bytes.Length, 0L);
        for (var at = 0; at < bytes.Length;)
        {
            var length = ScanRecord.Read(bytes.AsSpan(at), Journal, out var sequence, out var scan);
            if (length == 0)
            {
                (at, skipped) = (at + 1, skipped + 1);
                continue;
            }

            (at, damage, skipped) = (at + length, damage + skipped, 0);

            // A record that was written again after a sync failed stands twice.
            if (scans.Count == 0 || sequence > scans[^1].Sequence)
            {
                scans.Add(new JournalledScan(Journal, sequence, scan!));
            }
        }

        return scans;
    }
}
