using System.Globalization;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Codes.Storage;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// What was published last, on disk, as gates hold it: so that after a restart no revision is given twice, and no
/// revocation is lost with a database that is restored from a backup. For one caller at a time.
/// </summary>
internal sealed class TrustFiles(EmergencyFolder folder, ILogger<TrustFiles> log)
{
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);

    /// <summary>Reads the key set; revision 0 where there is none that counts.</summary>
    public EmergencyKeySet ReadKeySet(EmergencyPublicKey root)
    {
        var set = EmergencyKeySet.Empty;
        if (Read(KeySetPath) is { } document && set.Accept(document, [root], out set) is var status
            && status != DocumentStatus.Accepted)
        {
            log.NotTakenUp("the key set", status.ToString());
        }

        return set;
    }

    /// <summary>Reads the lists that the set's keys signed.</summary>
    public IReadOnlyList<StatusList> ReadLists(EmergencyKeySet keys)
    {
        var lists = StatusLists.Empty;
        foreach (var path in folder.Find("status-*.cbor").Order(StringComparer.Ordinal))
        {
            if (Read(path) is { } document && lists.Accept(document, keys, out lists) is var status
                && status != DocumentStatus.Accepted)
            {
                log.NotTakenUp(Path.GetFileName(path), status.ToString());
            }
        }

        return [.. Enumerable.Range(0, 256).Select(number => lists.Find((byte)number)).OfType<StatusList>()];
    }

    /// <summary>Writes the key set. What the disk refuses is published all the same and tried again.</summary>
    public bool WriteKeySet(byte[] document) => Write(KeySetPath, document);

    /// <summary>Writes a list, likewise.</summary>
    public bool WriteList(byte number, byte[] document) => Write(
        folder.Combine(string.Create(CultureInfo.InvariantCulture, $"status-{number:D3}.cbor")), document);

    private string KeySetPath => folder.Combine("key-set.cbor");

    private byte[]? Read(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllBytes(path) : null;
        }
        catch (Exception failure) when (DiskFault.Is(failure))
        {
            log.NotTakenUp(Path.GetFileName(path), failure.GetType().Name);
            return null;
        }
    }

    private bool Write(string path, byte[] document)
    {
        try
        {
            EmergencyFolder.Write(path, document);
            _refused.Remove(path);
            return true;
        }
        catch (Exception failure) when (DiskFault.Is(failure))
        {
            // Said once for each file that stays refused: the next try comes within a second.
            if (_refused.Add(path))
            {
                log.NotWritten(Path.GetFileName(path), failure.GetType().Name);
            }

            return false;
        }
    }
}
