using System.Text;

namespace YiMaTong.Codes.Emergency.Trust;

/// <summary>
/// A kind of signed document. Content type and context are both under the signature, so that none passes for another
/// nor for a code. Immutable and thread-safe.
/// </summary>
internal sealed class DocumentKind
{
    internal static readonly DocumentKind KeySet = new("key-set", EmergencyKeyUses.None, 64 << 10);
    internal static readonly DocumentKind StatusList = new("status-list", EmergencyKeyUses.StatusLists, 4 << 20);
    internal static readonly DocumentKind StatusDelta = new("status-delta", EmergencyKeyUses.StatusLists, 4 << 20);
    internal static readonly DocumentKind Declaration = new("declaration", EmergencyKeyUses.Declarations, 4 << 10);
    internal static readonly DocumentKind TagCatalogue = new("tag-catalogue", EmergencyKeyUses.TagCatalogue, 128 << 10);

    private readonly byte[] _contentTypeUtf8;
    private readonly byte[] _context;

    private DocumentKind(string name, EmergencyKeyUses use, int bytesMax)
    {
        ContentType = $"application/vnd.yimatong.{name}+cbor";
        (Use, BytesMax) = (use, bytesMax);
        _contentTypeUtf8 = Encoding.UTF8.GetBytes(ContentType);
        _context = Encoding.UTF8.GetBytes($"YMT1 {name}");
    }

    internal string ContentType { get; }

    /// <summary>What its signer's key must be for; none for what a root key signs.</summary>
    internal EmergencyKeyUses Use { get; }

    /// <summary>Longest document in bytes.</summary>
    internal int BytesMax { get; }

    internal ReadOnlySpan<byte> ContentTypeUtf8 => _contentTypeUtf8;

    internal ReadOnlySpan<byte> Context => _context;
}
