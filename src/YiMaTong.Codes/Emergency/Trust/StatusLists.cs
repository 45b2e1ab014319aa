using YiMaTong.Codes.Emergency.Cose;
using YiMaTong.Codes.Emergency.Issuing;

namespace YiMaTong.Codes.Emergency.Trust;

/// <summary>
/// The status lists that a gate holds, by number. A list only ever gets newer. Immutable: taking one in makes another
/// instance. Thread-safe.
/// </summary>
public sealed class StatusLists
{
    private readonly StatusList?[] _lists;

    private StatusLists(StatusList?[] lists) => _lists = lists;

    /// <summary>No list.</summary>
    public static StatusLists Empty { get; } = new(new StatusList?[256]);

    /// <summary>The list of this number, or null.</summary>
    /// <param name="number">0 to 255.</param>
    public StatusList? Find(byte number) => _lists[number];

    /// <summary>The standing of one code.</summary>
    /// <param name="number">Number of the list.</param>
    /// <param name="index">Place in it.</param>
    public TokenStanding Read(byte number, int index) => _lists[number]?.Read(index) ?? TokenStanding.Unknown;

    /// <summary>Takes in a whole list. Never throws for any bytes.</summary>
    /// <param name="document">The document; any content.</param>
    /// <param name="keys">The key set.</param>
    /// <param name="next">The new lists; these unless the answer is <see cref="DocumentStatus.Accepted"/>.</param>
    public DocumentStatus Accept(ReadOnlySpan<byte> document, EmergencyKeySet keys, out StatusLists next)
    {
        ArgumentNullException.ThrowIfNull(keys);
        next = this;
        var status = SignedDocument.Open(document, DocumentKind.StatusList, keys, out var frame, out var key);
        if (status != DocumentStatus.Accepted)
        {
            return status;
        }

        var cursor = new CborCursor(frame.Payload);
        if (!StatusListHead.TryRead(ref cursor, 5, out var head)
            || !cursor.TryReadKey(5) || !cursor.TryReadBytes(out var packed) || !cursor.AtEnd
            || StatusList.Inflate(packed, StatusList.BytesOf(head.Size)) is not { } bits
            || StatusList.From(head.Number, head.Revision, head.IssuedAt, head.Size, bits) is not { } list)
        {
            return DocumentStatus.Malformed;
        }

        status = head.CheckAge(key!, _lists[head.Number]);
        if (status == DocumentStatus.Unchanged && !list.Hash.SequenceEqual(_lists[head.Number]!.Hash))
        {
            return DocumentStatus.Conflicting;
        }

        next = status == DocumentStatus.Accepted ? With(list) : this;
        return status;
    }

    /// <summary>Takes in the difference to the list that is held. Never throws for any bytes.</summary>
    /// <param name="document">The document; any content.</param>
    /// <param name="keys">The key set.</param>
    /// <param name="next">The new lists; these unless the answer is <see cref="DocumentStatus.Accepted"/>.</param>
    public DocumentStatus AcceptDelta(ReadOnlySpan<byte> document, EmergencyKeySet keys, out StatusLists next)
    {
        ArgumentNullException.ThrowIfNull(keys);
        next = this;
        var status = SignedDocument.Open(document, DocumentKind.StatusDelta, keys, out var frame, out var key);
        if (status != DocumentStatus.Accepted)
        {
            return status;
        }

        var cursor = new CborCursor(frame.Payload);
        if (!StatusListHead.TryRead(ref cursor, 7, out var head)
            || !cursor.TryReadKey(5) || !cursor.TryReadBytes(out var packed)
            || !cursor.TryReadKey(6) || !cursor.TryReadUInt32(out var baseRevision)
            || !cursor.TryReadKey(7) || !cursor.TryReadBytes(out var hash) || !cursor.AtEnd
            || StatusList.Inflate(packed, StatusList.BytesOf(head.Size)) is not { } bits)
        {
            return DocumentStatus.Malformed;
        }

        var held = _lists[head.Number];
        status = head.CheckAge(key!, held);
        if (status != DocumentStatus.Accepted)
        {
            return status;
        }

        if (held is null || held.Revision != baseRevision || held.Size > head.Size)
        {
            return DocumentStatus.AnotherBase;
        }

        Flip(bits, held.Bits);
        if (StatusList.From(head.Number, head.Revision, head.IssuedAt, head.Size, bits) is not { } list
            || !list.Hash.SequenceEqual(hash))
        {
            return DocumentStatus.AnotherBase;
        }

        next = With(list);
        return DocumentStatus.Accepted;
    }

    /// <summary>Writes a whole list, as issuing publishes it.</summary>
    /// <param name="list">The list.</param>
    /// <param name="signer">A signer whose key is for status lists.</param>
    public static byte[] Write(StatusList list, IEmergencySigner signer)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(signer);
        var payload = StatusListHead.Of(list).Write(5).Number(5).Bytes(StatusList.Deflate(list.Bits)).ToArray();
        return SignedDocument.Write(DocumentKind.StatusList, payload, signer);
    }

    /// <summary>Writes the difference between two revisions of a list.</summary>
    /// <param name="older">What the gate holds.</param>
    /// <param name="newer">What it shall hold.</param>
    /// <param name="signer">A signer whose key is for status lists.</param>
    /// <exception cref="ArgumentException">They are not two revisions of one list, in this order.</exception>
    public static byte[] WriteDelta(StatusList older, StatusList newer, IEmergencySigner signer)
    {
        ArgumentNullException.ThrowIfNull(older);
        ArgumentNullException.ThrowIfNull(newer);
        ArgumentNullException.ThrowIfNull(signer);
        if (older.Number != newer.Number || older.Revision >= newer.Revision || older.Size > newer.Size)
        {
            throw new ArgumentException("A delta leads to a later revision of one list.", nameof(newer));
        }

        var difference = newer.Bits.ToArray();
        Flip(difference, older.Bits);
        var payload = StatusListHead.Of(newer).Write(7).Number(5).Bytes(StatusList.Deflate(difference))
            .Number(6).Number(older.Revision).Number(7).Bytes(newer.Hash).ToArray();
        return SignedDocument.Write(DocumentKind.StatusDelta, payload, signer);
    }

    private static void Flip(Span<byte> bits, ReadOnlySpan<byte> by)
    {
        for (var i = 0; i < by.Length; i++)
        {
            bits[i] ^= by[i];
        }
    }

    private StatusLists With(StatusList list)
    {
        var lists = (StatusList?[])_lists.Clone();
        lists[list.Number] = list;
        return new StatusLists(lists);
    }
}
