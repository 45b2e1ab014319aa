using System.Globalization;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Codes.Storage;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// What was published last, on disk, as gates hold it: so that after a restart no revision is given twice, and no
/// revocation is lost with a database that is restored from a backup. For one caller at a time.
/// </summary>
internal sealed class TrustFiles(EmergencyFolder folder, EmergencyDisk disk, ILogger<TrustFiles> log)
{
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

    /// <summary>Reads the catalogue of tags; revision 0 where there is none that counts.</summary>
    public TagCatalogue ReadCatalogue(EmergencyKeySet keys)
    {
        var catalogue = TagCatalogue.Empty;
        if (Read(CataloguePath) is { } document && catalogue.Accept(document, keys, out catalogue) is var status
            && status != DocumentStatus.Accepted)
        {
            log.NotTakenUp("the tag catalogue", status.ToString());
        }

        return catalogue;
    }

    /// <summary>Has the key set written. What the disk refuses is published all the same.</summary>
    public void WriteKeySet(byte[] document) => disk.Write(KeySetPath, document);

    /// <summary>Has a list written, likewise.</summary>
    public void WriteList(byte number, byte[] document) => disk.Write(
        folder.Combine(string.Create(CultureInfo.InvariantCulture, $"status-{number:D3}.cbor")), document);

    /// <summary>Has the catalogue of tags written, likewise.</summary>
    public void WriteCatalogue(byte[] document) => disk.Write(CataloguePath, document);

    private string CataloguePath => folder.Combine("tag-catalogue.cbor");

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
}
