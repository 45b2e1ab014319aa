using YiMaTong.Codes.Emergency.Trust;

namespace YiMaTong.Gate.Trust;

/// <summary>
/// The signed documents that a gate goes by, with what they say. What is held was verified under the key set that is
/// held: another key set has all the rest verified again, so that what a revoked key signed counts no more. For one
/// thread.
/// </summary>
internal sealed class TrustDocuments(IReadOnlyList<EmergencyPublicKey> roots)
{
    private readonly Dictionary<byte, List<byte[]>> _lists = [];
    private readonly Dictionary<Guid, byte[]> _declarations = [];

    /// <summary>The signed key set; empty where none is held.</summary>
    public byte[] KeySet { get; private set; } = [];

    public EmergencyKeySet Keys { get; private set; } = EmergencyKeySet.Empty;

    public StatusLists Lists { get; private set; } = StatusLists.Empty;

    public EmergencyDeclarations Declarations { get; private set; } = EmergencyDeclarations.Empty;

    public TagCatalogue Catalogue { get; private set; } = TagCatalogue.Empty;

    /// <summary>The signed catalogue of tags; empty where none is held.</summary>
    public byte[] SignedCatalogue { get; private set; } = [];

    /// <summary>Numbers of the lists that are held.</summary>
    public IEnumerable<byte> ListNumbers => _lists.Keys.Order();

    /// <summary>The signed declarations.</summary>
    public IReadOnlyCollection<byte[]> SignedDeclarations => _declarations.Values;

    /// <summary>A signed list, and the deltas that follow from it; empty where it is not held any more.</summary>
    public IReadOnlyList<byte[]> Chain(byte number) => _lists.GetValueOrDefault(number) ?? [];

    /// <summary>Takes in a key set.</summary>
    /// <param name="document">The document; any content.</param>
    /// <param name="dropped">Whether it voided something else that was held.</param>
    public DocumentStatus AcceptKeySet(byte[] document, out bool dropped)
    {
        dropped = false;
        var status = Keys.Accept(document, roots, out var keys);
        if (status == DocumentStatus.Accepted)
        {
            (Keys, KeySet) = (keys, document);
            dropped = VerifyAgain();
        }

        return status;
    }

    /// <summary>Takes in a list, whole or as a delta.</summary>
    /// <param name="document">The document; any content.</param>
    /// <param name="number">Its number; null where the document was refused.</param>
    public DocumentStatus AcceptList(byte[] document, out byte? number)
    {
        number = null;
        var whole = true;
        var status = Lists.Accept(document, Keys, out var next);
        if (status == DocumentStatus.AnotherKind)
        {
            whole = false;
            status = Lists.AcceptDelta(document, Keys, out next);
        }
        else if (status == DocumentStatus.Unchanged)
        {
            // The whole of what deltas led to: it takes their place.
            StatusLists.Empty.Accept(document, Keys, out next);
        }

        var added = Enumerable.Range(0, 256).Select(i => next.Find((byte)i))
            .FirstOrDefault(list => list is not null && !ReferenceEquals(list, Lists.Find(list.Number)));
        if (added is null)
        {
            return status;
        }

        number = added.Number;
        if (whole)
        {
            _lists[added.Number] = [document];
        }
        else
        {
            _lists[added.Number].Add(document);
        }

        Lists = status == DocumentStatus.Accepted ? next : Lists;
        return status;
    }

    /// <summary>Takes in a declaration.</summary>
    public DocumentStatus AcceptDeclaration(byte[] document)
    {
        var status = Declarations.Accept(document, Keys, out var next);
        if (status == DocumentStatus.Accepted)
        {
            var added = next.All.Single(one => !Declarations.All.Contains(one));
            _declarations[added.Id] = document;
            Declarations = next;
        }

        return status;
    }

    /// <summary>Takes in a catalogue of tags.</summary>
    public DocumentStatus AcceptCatalogue(byte[] document)
    {
        var status = Catalogue.Accept(document, Keys, out var next);
        if (status == DocumentStatus.Accepted)
        {
            (Catalogue, SignedCatalogue) = (next, document);
        }

        return status;
    }

    /// <summary>Forgets declarations that ended before a second of the Unix epoch.</summary>
    public void ForgetDeclarations(uint second)
    {
        Declarations = Declarations.Without(second);
        var kept = Declarations.All.Select(one => one.Id).ToHashSet();
        foreach (var id in _declarations.Keys.Where(id => !kept.Contains(id)).ToList())
        {
            _declarations.Remove(id);
        }
    }

    private bool VerifyAgain()
    {
        var chains = _lists.Values.ToList();
        var declarations = _declarations.Values.ToList();
        var catalogue = SignedCatalogue;
        _lists.Clear();
        _declarations.Clear();
        (Lists, Declarations) = (StatusLists.Empty, EmergencyDeclarations.Empty);
        (Catalogue, SignedCatalogue) = (TagCatalogue.Empty, []);
        foreach (var document in chains.SelectMany(chain => chain))
        {
            AcceptList(document, out _);
        }

        foreach (var document in declarations)
        {
            AcceptDeclaration(document);
        }

        if (catalogue.Length > 0)
        {
            AcceptCatalogue(catalogue);
        }

        return _declarations.Count < declarations.Count || SignedCatalogue.Length < catalogue.Length
            || _lists.Values.Sum(chain => chain.Count) < chains.Sum(chain => chain.Count);
    }
}
