using System.Globalization;
using YiMaTong.Codes.Storage;
using YiMaTong.Gate.Alarms;
using YiMaTong.Gate.Storage;

namespace YiMaTong.Gate.Trust;

/// <summary>
/// The files of the trust store. What the disk refuses is written again with whatever comes next, and a damaged file is
/// over when it has been written anew. Thread-safe; one thread at a time writes.
/// </summary>
internal sealed class TrustFiles
{
    public const string KeySet = "key-set.doc", Declarations = "declarations.doc";
    public const string Catalogue = "tag-catalogue.doc", Synced = "synced.doc";

    private readonly string _folder;
    private readonly GateAlarms _alarms;
    private readonly Lock _lock = new();
    private readonly Lock _writing = new();
    private readonly Dictionary<string, IReadOnlyCollection<byte[]>> _unwritten = [];
    private readonly Dictionary<string, bool> _damaged = [];
    private Task _flushing = Task.CompletedTask;
    private bool _isFlushing;
    private bool _flushAgain;

    public TrustFiles(string folder, GateAlarms alarms)
    {
        (_folder, _alarms) = (folder, alarms);
        Directory.CreateDirectory(folder);
    }

    /// <summary>Names of the files that are damaged and were not written anew yet.</summary>
    public IReadOnlyCollection<string> Damaged
    {
        get
        {
            lock (_lock)
            {
                return [.. _damaged.Keys];
            }
        }
    }

    /// <summary>The lists' files that are there, or the ones before them. What else lies there is left alone.</summary>
    public IEnumerable<string> Lists => Enumerable.Range(0, 256).Select(number => List((byte)number))
        .Where(name => Candidates(name).Any(File.Exists)).ToList();

    /// <summary>Name of a list's file.</summary>
    public static string List(byte number) => string.Create(CultureInfo.InvariantCulture, $"list-{number:D3}.doc");

    /// <summary>Has a file written by the next <see cref="Flush"/>.</summary>
    public void Changed(string name, IReadOnlyCollection<byte[]> content)
    {
        lock (_lock)
        {
            _unwritten[name] = content;
        }
    }

    /// <summary>Writes what changed, for as long as the disk takes.</summary>
    public void Flush()
    {
        lock (_writing)
        {
            foreach (var (name, content) in Unwritten())
            {
                Write(name, content);
            }

            if (Unwritten().Count == 0)
            {
                _alarms.Clear(GateAlarm.TrustNotStored);
            }
        }
    }

    /// <summary>
    /// Has what changed written in the background: what a gate goes by must not wait for a disk that hangs.
    /// </summary>
    /// <returns>The end of the writing, of which there is one at a time.</returns>
    public Task FlushLater()
    {
        lock (_lock)
        {
            if (_isFlushing || _unwritten.Count == 0)
            {
                _flushAgain = _isFlushing;
                return _flushing;
            }

            _isFlushing = true;
            return _flushing = DiskWork.RunAsync(FlushAll);
        }
    }

    private void FlushAll()
    {
        while (true)
        {
            Flush();
            lock (_lock)
            {
                if (!_flushAgain)
                {
                    _isFlushing = false;
                    return;
                }

                _flushAgain = false;
            }
        }
    }

    /// <summary>Reads the newest file, and where it is damaged the one before it.</summary>
    /// <param name="name">Name of the file.</param>
    /// <param name="take">Takes the documents in; false where they do not verify.</param>
    public void Load(string name, Func<IReadOnlyList<byte[]>, bool> take)
    {
        var path = Path.Combine(_folder, name);
        foreach (var candidate in Candidates(name).Where(File.Exists))
        {
            if (DocumentFile.Read(candidate) is { } documents && take(documents))
            {
                return;
            }

            _alarms.Raise(GateAlarm.TrustFileDamaged, $"{Path.GetFileName(candidate)} is damaged or not verified");
            lock (_lock)
            {
                _damaged[name] = _damaged.GetValueOrDefault(name) || candidate == path;
            }
        }
    }

    private string[] Candidates(string name)
    {
        var path = Path.Combine(_folder, name);
        return [path, path + DocumentFile.PreviousSuffix];
    }

    private List<KeyValuePair<string, IReadOnlyCollection<byte[]>>> Unwritten()
    {
        lock (_lock)
        {
            return [.. _unwritten];
        }
    }

    private void Write(string name, IReadOnlyCollection<byte[]> content)
    {
        try
        {
            var path = Path.Combine(_folder, name);
            if (IsNewestDamaged(name))
            {
                DocumentFile.SetAside(path);
            }

            DocumentFile.Write(path, content);
        }
        catch (Exception refused) when (DiskFault.Is(refused))
        {
            _alarms.Raise(GateAlarm.TrustNotStored, $"{name}: {refused.Message}");
            return;
        }

        lock (_lock)
        {
            // It may have changed once more meanwhile.
            if (_unwritten.TryGetValue(name, out var newest) && ReferenceEquals(newest, content))
            {
                _unwritten.Remove(name);
            }

            if (!_damaged.Remove(name) || _damaged.Count > 0)
            {
                return;
            }
        }

        _alarms.Clear(GateAlarm.TrustFileDamaged);
    }

    private bool IsNewestDamaged(string name)
    {
        lock (_lock)
        {
            return _damaged.GetValueOrDefault(name);
        }
    }
}
