using System.Globalization;
using YiMaTong.Gate.Alarms;
using YiMaTong.Gate.Storage;

namespace YiMaTong.Gate.Trust;

/// <summary>
/// The files of the trust store. What the disk refuses is written again with whatever comes next. For one thread.
/// </summary>
internal sealed class TrustFiles
{
    public const string KeySet = "key-set.doc", Declarations = "declarations.doc";
    public const string Catalogue = "catalogue.doc", Synced = "synced.doc";

    private readonly string _folder;
    private readonly GateAlarms _alarms;
    private readonly Dictionary<string, Func<IReadOnlyCollection<byte[]>>> _unwritten = [];

    public TrustFiles(string folder, GateAlarms alarms)
    {
        (_folder, _alarms) = (folder, alarms);
        Directory.CreateDirectory(folder);
    }

    /// <summary>The lists' files that are there.</summary>
    public IEnumerable<string> Lists => Directory.EnumerateFiles(_folder, "list-*.doc*")
        .Select(path => Path.GetFileName(path)[..List(0).Length]).ToHashSet().Order();

    /// <summary>Name of a list's file.</summary>
    public static string List(byte number) => string.Create(CultureInfo.InvariantCulture, $"list-{number:D3}.doc");

    /// <summary>Has a file written by the next <see cref="Flush"/>.</summary>
    public void Changed(string name, Func<IReadOnlyCollection<byte[]>> content) => _unwritten[name] = content;

    /// <summary>Writes what changed.</summary>
    public void Flush()
    {
        foreach (var (name, content) in _unwritten.ToList())
        {
            try
            {
                DocumentFile.Write(Path.Combine(_folder, name), content());
                _unwritten.Remove(name);
            }
            catch (Exception refused) when (DiskFault.Is(refused))
            {
                _alarms.Raise(GateAlarm.TrustNotStored, $"{name}: {refused.Message}");
            }
        }

        if (_unwritten.Count == 0)
        {
            _alarms.Clear(GateAlarm.TrustNotStored);
        }
    }

    /// <summary>Reads the newest file, and where it is damaged the one before it.</summary>
    /// <param name="name">Name of the file.</param>
    /// <param name="take">Takes the documents in; false where they do not verify.</param>
    public void Load(string name, Func<IReadOnlyList<byte[]>, bool> take)
    {
        var path = Path.Combine(_folder, name);
        foreach (var candidate in new[] { path, path + DocumentFile.PreviousSuffix }.Where(File.Exists))
        {
            if (DocumentFile.Read(candidate) is { } documents && take(documents))
            {
                return;
            }

            _alarms.Raise(GateAlarm.TrustFileDamaged, $"{Path.GetFileName(candidate)} is damaged or not verified");
        }
    }
}
