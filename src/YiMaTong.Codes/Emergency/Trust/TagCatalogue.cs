using System.Text;
using System.Text.Unicode;
using YiMaTong.Codes.Emergency.Cose;
using YiMaTong.Codes.Emergency.Issuing;

namespace YiMaTong.Codes.Emergency.Trust;

/// <summary>
/// The tags that codes name by number, as screens show them. A code carries numbers alone, so whoever could alter this
/// could have a gate show another right than the code grants: it is signed as all else. Immutable and thread-safe.
/// </summary>
public sealed class TagCatalogue
{
    /// <summary>Tags that a catalogue has at most: the bits of a grant.</summary>
    public const int TagsMax = 64;

    /// <summary>Puts a catalogue together.</summary>
    /// <param name="revision">From 1 on, higher than the last that was signed.</param>
    /// <param name="issuedAt">Second of the Unix epoch.</param>
    /// <param name="registryRevision">The registry's own number of this content, as online answers print it.</param>
    /// <param name="tags">At most 64, valid ones, ascending by their numbers.</param>
    /// <exception cref="ArgumentException">The revision is 0, or the tags are not as they must be.</exception>
    public TagCatalogue(uint revision, uint issuedAt, ulong registryRevision, IReadOnlyList<CatalogueTag> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        if (revision == 0 || !AreInOrder(tags))
        {
            throw new ArgumentException($"Up to {TagsMax} valid tags in the order of their numbers.", nameof(tags));
        }

        (Revision, IssuedAt, RegistryRevision, Tags) = (revision, issuedAt, registryRevision, [.. tags]);
    }

    private TagCatalogue() => Tags = [];

    /// <summary>No tags; revision 0.</summary>
    public static TagCatalogue Empty { get; } = new();

    /// <summary>Number of the document, from 1 on.</summary>
    public uint Revision { get; }

    /// <summary>Second of the Unix epoch at which it was signed.</summary>
    public uint IssuedAt { get; }

    /// <summary>
    /// The registry's number of the content, which is lower than before where its database was restored.
    /// </summary>
    public ulong RegistryRevision { get; }

    /// <summary>The tags, ascending by their numbers.</summary>
    public IReadOnlyList<CatalogueTag> Tags { get; }

    /// <summary>Whether it says just this.</summary>
    /// <param name="registryRevision">The registry's number.</param>
    /// <param name="tags">The tags.</param>
    public bool Says(ulong registryRevision, IEnumerable<CatalogueTag> tags) =>
        Revision > 0 && RegistryRevision == registryRevision && Tags.SequenceEqual(tags);

    /// <summary>Takes in a catalogue: verified, and newer. Never throws for any bytes.</summary>
    /// <param name="document">The document; any content.</param>
    /// <param name="keys">The key set.</param>
    /// <param name="next">The new one; this one unless the answer is <see cref="DocumentStatus.Accepted"/>.</param>
    public DocumentStatus Accept(ReadOnlySpan<byte> document, EmergencyKeySet keys, out TagCatalogue next)
    {
        ArgumentNullException.ThrowIfNull(keys);
        next = this;
        var status = SignedDocument.Open(document, DocumentKind.TagCatalogue, keys, out var frame, out var key);
        if (status != DocumentStatus.Accepted)
        {
            return status;
        }

        if (!TryRead(frame.Payload, out var read))
        {
            return DocumentStatus.Malformed;
        }

        if (!key!.IsValidAt(read!.IssuedAt, 0))
        {
            return DocumentStatus.KeyOutOfTime;
        }

        if (read.Revision <= Revision)
        {
            return read.Revision < Revision ? DocumentStatus.RolledBack
                : read.IssuedAt == IssuedAt && Says(read.RegistryRevision, read.Tags) ? DocumentStatus.Unchanged
                : DocumentStatus.Conflicting;
        }

        next = read;
        return DocumentStatus.Accepted;
    }

    /// <summary>Signs it.</summary>
    /// <param name="signer">A signer whose key is for catalogues.</param>
    public byte[] Write(IEmergencySigner signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        var payload = new CborBuilder().Map(4).Number(1).Number(Revision).Number(2).Number(IssuedAt)
            .Number(3).Number(RegistryRevision).Number(4).Array(Tags.Count);
        foreach (var tag in Tags)
        {
            payload.Array(5).Number((ulong)tag.Number).Text(tag.Text).Text(tag.Icon)
                .Number(tag.BackgroundColor).Number(tag.FontColor);
        }

        return SignedDocument.Write(DocumentKind.TagCatalogue, payload.ToArray(), signer);
    }

    private static bool TryRead(ReadOnlySpan<byte> payload, out TagCatalogue? catalogue)
    {
        catalogue = null;
        var cursor = new CborCursor(payload);
        if (!cursor.TryReadMap(4)
            || !cursor.TryReadKey(1) || !cursor.TryReadUInt32(out var revision) || revision == 0
            || !cursor.TryReadKey(2) || !cursor.TryReadUInt32(out var issuedAt)
            || !cursor.TryReadKey(3) || !cursor.TryReadUnsigned(ulong.MaxValue, out var registryRevision)
            || !cursor.TryReadKey(4) || !cursor.TryReadHead(out var major, out var count)
            || major != CborCursor.Array || count > TagsMax)
        {
            return false;
        }

        var tags = new CatalogueTag[(int)count];
        for (var i = 0; i < tags.Length; i++)
        {
            if (!TryReadTag(ref cursor, out tags[i]))
            {
                return false;
            }
        }

        if (!cursor.AtEnd || !AreInOrder(tags))
        {
            return false;
        }

        catalogue = new TagCatalogue(revision, issuedAt, registryRevision, tags);
        return true;
    }

    private static bool TryReadTag(ref CborCursor cursor, out CatalogueTag tag)
    {
        tag = null!;
        if (!cursor.TryReadArray(5) || !cursor.TryReadUnsigned(TagsMax, out var number)
            || !cursor.TryReadText(out var text) || !Utf8.IsValid(text)
            || !cursor.TryReadText(out var icon) || !Utf8.IsValid(icon)
            || !cursor.TryReadUnsigned(byte.MaxValue, out var backgroundColor)
            || !cursor.TryReadUnsigned(byte.MaxValue, out var fontColor))
        {
            return false;
        }

        tag = new CatalogueTag(
            (int)number, Encoding.UTF8.GetString(text), Encoding.UTF8.GetString(icon),
            (byte)backgroundColor, (byte)fontColor);
        return true;
    }

    private static bool AreInOrder(IReadOnlyList<CatalogueTag> tags) => tags.Count <= TagsMax
        && tags.All(tag => tag.IsValid) && tags.Zip(tags.Skip(1)).All(pair => pair.First.Number < pair.Second.Number);
}
