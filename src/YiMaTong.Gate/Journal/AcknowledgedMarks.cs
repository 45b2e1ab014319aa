using System.Buffers.Binary;
using YiMaTong.Codes.Storage;
using YiMaTong.Gate.Alarms;
using YiMaTong.Gate.Storage;

namespace YiMaTong.Gate.Journal;

/// <summary>
/// Up to which sequence issuing has acknowledged each journal, in a file beside the segments. A mark that is lost costs
/// another upload, which issuing counts once. Thread-safe.
/// </summary>
internal sealed class AcknowledgedMarks
{
    private readonly Lock _lock = new();
    private readonly string _file;
    private readonly GateAlarms _alarms;
    private readonly Dictionary<Guid, long> _marks = [];

    /// <summary>Reads the marks of a folder's journals.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public AcknowledgedMarks(string folder, GateAlarms alarms)
    {
        (_file, _alarms) = (Path.Combine(folder, "acknowledged.doc"), alarms);

        // Where it is damaged or missing, issuing gets all of them once more, and knows them.
        var documents = File.Exists(_file) ? DocumentFile.Read(_file) ?? [] : [];
        var journals = ScanSegment.All(folder).Select(segment => segment.Journal).ToHashSet();
        foreach (var document in documents.Where(document => document.Length == 24))
        {
            var journal = new Guid(document.AsSpan(0, 16), bigEndian: true);
            if (journals.Contains(journal))
            {
                _marks[journal] = BinaryPrimitives.ReadInt64LittleEndian(document.AsSpan(16));
            }
        }
    }

    /// <summary>Sequence up to which issuing has a journal; 0 for nothing of it.</summary>
    public long Of(Guid journal)
    {
        lock (_lock)
        {
            return _marks.GetValueOrDefault(journal);
        }
    }

    /// <summary>Raises a journal's mark; a lower one is left as it is.</summary>
    public void Raise(Guid journal, long sequence) => Put(journal, mark => Math.Max(sequence, mark));

    /// <summary>Lowers a journal's mark; a higher one is left as it is.</summary>
    public void Lower(Guid journal, long sequence) => Put(journal, mark => Math.Min(sequence, mark));

    private void Put(Guid journal, Func<long, long> next)
    {
        lock (_lock)
        {
            _marks[journal] = next(_marks.GetValueOrDefault(journal));
            var documents = _marks.Select(pair => ToBytes(pair.Key, pair.Value)).ToList();
            try
            {
                DocumentFile.Write(_file, documents);
            }
            catch (Exception refused) when (DiskFault.Is(refused))
            {
                // Then issuing gets them once more after a restart, and knows them.
                _alarms.Raise(GateAlarm.JournalRefused, $"acknowledged.doc: {refused.Message}");
            }
        }
    }

    private static byte[] ToBytes(Guid journal, long sequence)
    {
        var bytes = new byte[24];
        journal.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), sequence);
        return bytes;
    }
}
