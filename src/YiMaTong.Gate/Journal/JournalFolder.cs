using System.Collections.Concurrent;
using YiMaTong.Codes.Storage;
using YiMaTong.Gate.Alarms;

namespace YiMaTong.Gate.Journal;

/// <summary>
/// The journals of a gate on its disk: this run's and those before it. What issuing has acknowledged stays for a day,
/// because codes that were used must be known after a restart, then goes. Thread-safe.
/// </summary>
internal sealed class JournalFolder
{
    private const int RunScansMax = 500;
    private const int RunBytesMax = 200 << 10;

    private readonly AcknowledgedMarks _acknowledged;
    private readonly ConcurrentDictionary<string, bool> _home = new();
    private readonly ConcurrentDictionary<string, bool> _damaged = new();
    private readonly GateAlarms _alarms;
    private long _waiting;

    /// <summary>Opens a folder; made where missing.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public JournalFolder(string path, GateAlarms alarms)
    {
        (Path, _alarms) = (path, alarms);
        Directory.CreateDirectory(path);
        _acknowledged = new AcknowledgedMarks(path, alarms);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Bytes that the segments take.</summary>
    public long Bytes => ScanSegment.All(Path).Sum(segment => LengthOf(segment.Path));

    /// <summary>Every scan that is on the disk, the oldest first.</summary>
    public IEnumerable<JournalledScan> All() => ScanSegment.All(Path).SelectMany(segment => Read(segment) ?? []);

    /// <summary>Scans that issuing has not acknowledged; as they were where the folder cannot be read now.</summary>
    public long Waiting()
    {
        try
        {
            var waiting = NotHome().SelectMany(segment => Read(segment) ?? []).LongCount(scan => !IsHome(scan));
            Volatile.Write(ref _waiting, waiting);
        }
        catch (Exception refused) when (DiskFault.Is(refused))
        {
            Listed(refused);
        }

        return Volatile.Read(ref _waiting);
    }

    /// <summary>The next run for issuing: without a gap, of one journal.</summary>
    /// <param name="current">The journal that is being written.</param>
    /// <param name="without">Journals that are left out.</param>
    /// <returns>Null where issuing has all of them.</returns>
    public IReadOnlyList<JournalledScan>? NextRun(Guid current, IReadOnlySet<Guid>? without = null)
    {
        var left = NotHome().Where(segment => without?.Contains(segment.Journal) != true).ToList();
        var growing = left.LastOrDefault(segment => segment.Journal == current);
        var unread = new HashSet<Guid>();
        foreach (var segment in left.Where(segment => !unread.Contains(segment.Journal)))
        {
            if (Read(segment) is not { } scans)
            {
                // What cannot be read now is not home for that; and what follows it in its journal has to wait, since
                // an acknowledgement speaks of all that went before.
                unread.Add(segment.Journal);
                continue;
            }

            var run = Run(scans.Where(scan => !IsHome(scan)));
            if (run.Count > 0)
            {
                return run;
            }

            if (segment != growing)
            {
                _home[segment.Path] = true;
            }
        }

        return null;
    }

    /// <summary>Takes note that issuing has a journal's scans up to a sequence.</summary>
    public void Acknowledge(Guid journal, long sequence) => _acknowledged.Raise(journal, sequence);

    /// <summary>Up to which sequence issuing has a journal, as far as is known; 0 for nothing of it.</summary>
    public long AcknowledgedOf(Guid journal) => _acknowledged.Of(journal);

    /// <summary>Takes note that issuing has lost a journal's scans after a sequence: they go home again.</summary>
    public void TakeBack(Guid journal, long sequence)
    {
        _acknowledged.Lower(journal, sequence);

        // Each is read once more, and found to be home or not.
        _home.Clear();
    }

    /// <summary>Deletes what issuing has and nobody needs: all but the newest segment of the current journal.</summary>
    /// <param name="current">The journal that is being written.</param>
    /// <param name="before">Only what was last written before this moment.</param>
    public void Prune(Guid current, DateTimeOffset before)
    {
        foreach (var segment in Home(current, before))
        {
            Delete(segment);
        }
    }

    /// <summary>Deletes what issuing has, the oldest first, until there is room. What it does not have stays.</summary>
    /// <param name="current">The journal that is being written.</param>
    /// <param name="bytes">Bytes to free.</param>
    /// <returns>Bytes that were freed.</returns>
    public long MakeRoom(Guid current, long bytes)
    {
        var freed = 0L;
        foreach (var segment in Home(current, DateTimeOffset.MaxValue))
        {
            if (freed >= bytes)
            {
                break;
            }

            var length = LengthOf(segment.Path);
            freed += Delete(segment) ? length : 0;
        }

        return freed;
    }

    /// <summary>Takes note whether the folder itself could be read.</summary>
    public void Listed(Exception? refused)
    {
        if (refused is null)
        {
            Sound(Path);
        }
        else
        {
            Damaged(Path, $"the journal's folder cannot be read: {refused.Message}");
        }
    }

    private IEnumerable<ScanSegment> Home(Guid current, DateTimeOffset before)
    {
        var segments = ScanSegment.All(Path);
        var growing = segments.LastOrDefault(one => one.Journal == current);
        return segments.Where(segment => segment != growing
            && File.GetLastWriteTimeUtc(segment.Path) < before.UtcDateTime
            && Read(segment)?.All(IsHome) == true);
    }

    private bool Delete(ScanSegment segment)
    {
        try
        {
            File.Delete(segment.Path);
            _home.TryRemove(segment.Path, out _);
            Sound(segment.Path);
            return true;
        }
        catch (Exception refused) when (DiskFault.Is(refused))
        {
            _alarms.Raise(GateAlarm.JournalRefused, $"a segment cannot be deleted: {refused.Message}");
            return false;
        }
    }

    private void Damaged(string path, string text)
    {
        _damaged[path] = true;
        _alarms.Raise(GateAlarm.JournalDamaged, text);
    }

    // The alarm is over when the last damaged segment was brought home and is gone, or could be read after all.
    private void Sound(string path)
    {
        if (_damaged.TryRemove(path, out _) && _damaged.IsEmpty)
        {
            _alarms.Clear(GateAlarm.JournalDamaged);
        }
    }

    private IEnumerable<ScanSegment> NotHome() =>
        ScanSegment.All(Path).Where(segment => !_home.ContainsKey(segment.Path));

    private bool IsHome(JournalledScan scan) => scan.Sequence <= _acknowledged.Of(scan.Journal);

    private static List<JournalledScan> Run(IEnumerable<JournalledScan> scans)
    {
        var run = new List<JournalledScan>();
        var bytes = 0;
        foreach (var scan in scans)
        {
            bytes += scan.Scan.CalculateSize() + 8;
            if (run.Count == RunScansMax || bytes > RunBytesMax
                || (run.Count > 0 && scan.Sequence != run[^1].Sequence + 1))
            {
                break;
            }

            run.Add(scan);
        }

        return run;
    }

    // Null where the file cannot be read.
    private IReadOnlyList<JournalledScan>? Read(ScanSegment segment)
    {
        try
        {
            var scans = segment.Read(out var damage);
            if (damage > 0)
            {
                Damaged(segment.Path, $"{System.IO.Path.GetFileName(segment.Path)}: {damage} bytes are no record");
            }
            else
            {
                Sound(segment.Path);
            }

            return scans;
        }
        catch (FileNotFoundException)
        {
            // It was home, and deleted meanwhile.
            Sound(segment.Path);
            return [];
        }
        catch (Exception refused) when (DiskFault.Is(refused))
        {
            Damaged(segment.Path, $"a segment cannot be read: {refused.Message}");
            return null;
        }
    }

    private static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }
}
