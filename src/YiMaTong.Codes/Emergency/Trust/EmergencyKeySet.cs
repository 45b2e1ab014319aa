using System.Security.Cryptography;
using YiMaTong.Codes.Emergency.Cose;
using YiMaTong.Codes.Emergency.Curve;
using YiMaTong.Codes.Emergency.Issuing;

namespace YiMaTong.Codes.Emergency.Trust;

/// <summary>
/// The issuers' public keys, signed by a root key that gates hold from the start. Revisions rise, and an older set is
/// refused, so that a revoked key does not come back. Immutable and thread-safe.
/// </summary>
public sealed class EmergencyKeySet
{
    /// <summary>Keys that a set has at most.</summary>
    public const int KeysMax = 64;

    // Of our own in the range for private use: uses, notBefore, notAfter, revoked.
    private const ulong TermsLabelArgument = 65_536;

    private readonly EmergencyKey[] _keys;
    private readonly byte[] _hash;

    private EmergencyKeySet(uint revision, uint issuedAt, EmergencyKey[] keys, byte[] hash) =>
        (Revision, IssuedAt, _keys, _hash) = (revision, issuedAt, keys, hash);

    /// <summary>No keys; revision 0.</summary>
    public static EmergencyKeySet Empty { get; } = new(0, 0, [], []);

    /// <summary>Number of the set, from 1 on.</summary>
    public uint Revision { get; }

    /// <summary>Second of the Unix epoch at which it was signed.</summary>
    public uint IssuedAt { get; }

    /// <summary>The keys, as the set lists them.</summary>
    public IReadOnlyList<EmergencyKey> Keys => _keys;

    /// <summary>SHA-256 of the content, for an ETag; empty for no set.</summary>
    public ReadOnlySpan<byte> Hash => _hash;

    /// <summary>The key of this name, or null.</summary>
    /// <param name="id">The name.</param>
    public EmergencyKey? Find(EmergencyKeyId id)
    {
        foreach (var key in _keys)
        {
            if (key.PublicKey.Id == id)
            {
                return key;
            }
        }

        return null;
    }

    /// <summary>Takes in a set: verified under a root key, and newer. Never throws for any bytes.</summary>
    /// <param name="document">The document; any content.</param>
    /// <param name="roots">The root keys that the gate was given.</param>
    /// <param name="next">The new set; this one unless the answer is <see cref="DocumentStatus.Accepted"/>.</param>
    public DocumentStatus Accept(
        ReadOnlySpan<byte> document, IReadOnlyList<EmergencyPublicKey> roots, out EmergencyKeySet next)
    {
        ArgumentNullException.ThrowIfNull(roots);
        next = this;
        var status = SignedDocument.Read(document, DocumentKind.KeySet, out var frame, out var rootId);
        if (status != DocumentStatus.Accepted)
        {
            return status;
        }

        var root = roots.FirstOrDefault(key => key.Id == rootId);
        if (root is null)
        {
            return DocumentStatus.UnknownKey;
        }

        if (!SignedDocument.Holds(frame, DocumentKind.KeySet, root))
        {
            return DocumentStatus.SignatureWrong;
        }

        status = Parse(frame.Payload, out var set);
        if (status != DocumentStatus.Accepted)
        {
            return status;
        }

        if (set!.Revision <= Revision)
        {
            return set.Revision < Revision ? DocumentStatus.RolledBack
                : set.Hash.SequenceEqual(_hash) ? DocumentStatus.Unchanged : DocumentStatus.Conflicting;
        }

        next = set;
        return DocumentStatus.Accepted;
    }

    /// <summary>Writes a set, as issuing publishes it.</summary>
    /// <param name="revision">From 1 on, higher than the last.</param>
    /// <param name="issuedAt">Second of the Unix epoch.</param>
    /// <param name="keys">The keys, no two of one name.</param>
    /// <param name="root">The root key's signer.</param>
    /// <exception cref="ArgumentException">The revision is 0, two keys share a name, or they are too many.</exception>
    public static byte[] Write(
        uint revision, uint issuedAt, IReadOnlyCollection<EmergencyKey> keys, IEmergencySigner root)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(root);
        if (revision == 0 || keys.Count > KeysMax || keys.DistinctBy(key => key.PublicKey.Id).Count() != keys.Count)
        {
            throw new ArgumentException($"Up to {KeysMax} keys of different names are a set.", nameof(keys));
        }

        var payload = new CborBuilder().Map(3).Number(1).Number(revision).Number(2).Number(issuedAt)
            .Number(3).Array(keys.Count);
        foreach (var key in keys)
        {
            payload.Map(6).Number(1).Number(2).Number(2).Bytes(key.PublicKey.Id.ToBytes()).Integer(-1).Number(1)
                .Integer(-2).Bytes(key.PublicKey.X).Integer(-3).Bytes(key.PublicKey.Y).Integer(-65_537)
                .Array(4).Number((ulong)key.Uses).Number(key.NotBefore).Number(key.NotAfter).Boolean(key.Revoked);
        }

        return SignedDocument.Write(DocumentKind.KeySet, payload.ToArray(), root);
    }

    private static DocumentStatus Parse(ReadOnlySpan<byte> payload, out EmergencyKeySet? set)
    {
        set = null;
        var cursor = new CborCursor(payload);
        if (!cursor.TryReadMap(3) || !cursor.TryReadKey(1) || !cursor.TryReadUInt32(out var revision) || revision == 0
            || !cursor.TryReadKey(2) || !cursor.TryReadUInt32(out var issuedAt) || !cursor.TryReadKey(3)
            || !cursor.TryReadHead(out var major, out var count) || major != CborCursor.Array)
        {
            return DocumentStatus.Malformed;
        }

        if (count > KeysMax)
        {
            return DocumentStatus.TooLarge;
        }

        var keys = new EmergencyKey[(int)count];
        var names = new HashSet<EmergencyKeyId>();
        for (var i = 0; i < keys.Length; i++)
        {
            if (!TryReadKey(ref cursor, out var key))
            {
                return DocumentStatus.Malformed;
            }

            if (!names.Add(key!.PublicKey.Id))
            {
                return DocumentStatus.DuplicateKey;
            }

            keys[i] = key;
        }

        if (!cursor.AtEnd)
        {
            return DocumentStatus.Malformed;
        }

        set = new EmergencyKeySet(revision, issuedAt, keys, SHA256.HashData(payload));
        return DocumentStatus.Accepted;
    }

    // A COSE_Key (RFC 9052 section 7): kty EC2, kid, crv P-256, x, y, and our terms.
    private static bool TryReadKey(ref CborCursor cursor, out EmergencyKey? key)
    {
        key = null;
        if (!cursor.TryReadMap(6) || !cursor.TryReadKey(1) || !cursor.TryReadKey(2)
            || !cursor.TryReadKey(2) || !cursor.TryReadBytes(out var idBytes)
            || !EmergencyKeyId.TryRead(idBytes, out var id)
            || !cursor.TryReadNegativeKey(0) || !cursor.TryReadKey(1)
            || !cursor.TryReadNegativeKey(1) || !cursor.TryReadBytes(out var x)
            || !cursor.TryReadNegativeKey(2) || !cursor.TryReadBytes(out var y)
            || !cursor.TryReadNegativeKey(TermsLabelArgument) || !cursor.TryReadArray(4)
            || !cursor.TryReadUnsigned((ulong)EmergencyKeyUses.All, out var uses)
            || !cursor.TryReadUInt32(out var notBefore) || !cursor.TryReadUInt32(out var notAfter)
            || notAfter < notBefore || !cursor.TryReadBoolean(out var revoked)
            || x.Length != P256Point.CoordinateLength
            || !EmergencyPublicKey.TryCreate(x, y, out var publicKey) || publicKey.Id != id)
        {
            return false;
        }

        key = new EmergencyKey(publicKey, notBefore, notAfter, (EmergencyKeyUses)uses, revoked);
        return true;
    }
}
