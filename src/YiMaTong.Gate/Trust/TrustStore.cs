using Google.Protobuf;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Gate.Alarms;

namespace YiMaTong.Gate.Trust;

/// <summary>
/// What a gate holds of issuing's trust, in memory and on disk. Nothing counts before its signature was checked, also
/// when it comes from the disk. <see cref="Current"/> and <see cref="Clock"/> are for any thread, the rest for one.
/// </summary>
internal sealed class TrustStore
{
    // A start reads and verifies a chain of deltas; past this length the whole list is the smaller thing to keep.
    private const int ChainMax = 64;
    private const int DeclarationsKept = 128;
    private const int ResignedAfterSeconds = 3_600;
    private const long DeclarationGraceSeconds = 7 * 86_400;
    private static readonly TimeSpan StampEvery = TimeSpan.FromMinutes(5);

    private readonly EmergencyPolicy _policy;
    private readonly GateAlarms _alarms;
    private readonly TimeProvider _time;
    private readonly TrustDocuments _documents;
    private readonly TrustFiles _files;
    private readonly HashSet<byte> _askWhole = [];
    private TrustState _current;
    private long _stampedAt;
    private int _refused;

    /// <summary>Opens the store and takes in what its folder holds.</summary>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public TrustStore(
        string folder,
        IReadOnlyList<EmergencyPublicKey> roots,
        EmergencyPolicy policy,
        GateAlarms alarms,
        TimeProvider time)
    {
        (_policy, _alarms, _time) = (policy, alarms, time);
        _documents = new TrustDocuments(roots);
        _files = new TrustFiles(folder, alarms);
        Clock = new TrustClock(policy.SkewSeconds, alarms, time);
        Load();
        _current = Build();
    }

    /// <summary>What counts now.</summary>
    public TrustState Current => Volatile.Read(ref _current);

    /// <summary>When issuing said last that it is the newest.</summary>
    public TrustClock Clock { get; }

    /// <summary>
    /// How old what is held may be; null where that cannot be told. It counts from issuing's last word, but no word
    /// makes it younger than the newest list is by its signature, less the hour after which issuing signs lists anew:
    /// words are not signed.
    /// </summary>
    public TimeSpan? Age
    {
        get
        {
            var signedAt = Current.SignedAt;
            return Clock.Age is not { } heard || signedAt == 0 ? Clock.Age
                : TimeSpan.FromSeconds(Math.Max(
                    heard.TotalSeconds,
                    _time.GetUtcNow().ToUnixTimeSeconds() - (long)signedAt - ResignedAfterSeconds));
        }
    }

    /// <summary>What to tell issuing: a list that is needed whole is not held.</summary>
    public HeldTrust Held()
    {
        var held = new HeldTrust
        {
            KeySetRevision = _documents.Keys.Revision,
            CatalogueRevision = _documents.Catalogue.Revision,
        };
        held.StatusLists.AddRange(_documents.ListNumbers.Where(number => !_askWhole.Contains(number)).Select(number =>
            new HeldStatusList { List = number, Revision = _documents.Lists.Find(number)!.Revision }));
        held.Declarations.AddRange(_documents.Declarations.All.Select(one => new HeldDeclaration
        {
            Id = ByteString.CopyFrom(one.Id.ToByteArray(bigEndian: true)),
            Revision = one.Revision,
        }));
        return held;
    }

    /// <summary>Takes in what issuing sent, and waits until it is on the disk.</summary>
    /// <returns>As <see cref="TakeIn"/>.</returns>
    public bool Apply(TrustUpdate update)
    {
        var askAgain = TakeIn(update);
        _files.Flush();
        return askAgain;
    }

    /// <summary>Writes what changed, in the background; ends when that is written, or refused.</summary>
    public Task FlushLater() => _files.FlushLater();

    /// <summary>
    /// Takes in what issuing sent: it counts from then on. The disk has it by <see cref="FlushLater"/>.
    /// </summary>
    /// <returns>Whether to ask anew at once: what is held is not what issuing takes it for.</returns>
    public bool TakeIn(TrustUpdate update)
    {
        Clock.Heard(update.ServerTimeMs);
        var (keys, lists, declarations) = (_documents.Keys, _documents.Lists, _documents.Declarations);
        var (catalogue, refused, askAgain) = (_documents.Catalogue, _refused, false);
        if (update.KeySet.Length > 0)
        {
            Judge("key set", _documents.AcceptKeySet(update.KeySet.ToByteArray(), out askAgain));
        }

        foreach (var document in update.StatusLists)
        {
            askAgain |= TakeList(document.ToByteArray());
        }

        TakeDeclarations(update);
        if (update.Catalogue.Length > 0)
        {
            Judge("tag catalogue", _documents.AcceptCatalogue(update.Catalogue.ToByteArray()));
        }

        if (keys != _documents.Keys || lists != _documents.Lists || declarations != _documents.Declarations
            || catalogue != _documents.Catalogue)
        {
            Volatile.Write(ref _current, Build());
            if (refused == _refused)
            {
                _alarms.Clear(GateAlarm.DocumentRefused);
            }
        }

        Save(keys, lists, declarations, catalogue);
        return askAgain;
    }

    // After a revoked key, none may be held.
    private IReadOnlyCollection<byte[]> SignedCatalogue =>
        _documents.SignedCatalogue.Length > 0 ? [_documents.SignedCatalogue] : [];

    private bool TakeList(byte[] document)
    {
        var status = _documents.AcceptList(document, out var number);
        Judge("status list", status);
        if (number is not { } taken)
        {
            // Which list a delta without its base belongs to is not told: all are asked for whole.
            _askWhole.UnionWith(status == DocumentStatus.AnotherBase ? _documents.ListNumbers : []);
            return status == DocumentStatus.AnotherBase;
        }

        _askWhole.Remove(taken);
        if (_documents.Chain(taken).Count > ChainMax)
        {
            // On the stream that is open, issuing goes on with deltas: only a new one says that the whole is wanted.
            return _askWhole.Add(taken);
        }

        if (status == DocumentStatus.Unchanged)
        {
            _files.Changed(TrustFiles.List(taken), [.. _documents.Chain(taken)]);
        }

        return false;
    }

    private void TakeDeclarations(TrustUpdate update)
    {
        // Before as well as after: where the room is full, a new one would be refused for the sake of old ones.
        ForgetDeclarations(update);
        foreach (var document in update.Declarations)
        {
            Judge("declaration", _documents.AcceptDeclaration(document.ToByteArray()));
        }

        ForgetDeclarations(update);
    }

    private void ForgetDeclarations(TrustUpdate update)
    {
        // By issuing's clock: a gate's wrong one must not forget what was ended early.
        var second = update.ServerTimeMs / 1000 - DeclarationGraceSeconds;
        if (_documents.SignedDeclarations.Count > DeclarationsKept && second is > 0 and < uint.MaxValue)
        {
            _documents.ForgetDeclarations((uint)second);
        }
    }

    private void Judge(string what, DocumentStatus status)
    {
        if (status is not (DocumentStatus.Accepted or DocumentStatus.Unchanged or DocumentStatus.AnotherBase))
        {
            _refused++;
            _alarms.Raise(
                GateAlarm.DocumentRefused,
                $"a {what} that issuing sent is refused: {status} ({EmergencyReturns.Of(status)})");
        }
    }

    private TrustState Build() => new(
        _documents.Keys,
        _documents.Lists,
        _documents.Declarations,
        new EmergencyVerifier(_documents.Keys, _documents.Lists, _policy),
        _documents.Catalogue);

    private void Save(
        EmergencyKeySet keys, StatusLists lists, EmergencyDeclarations declarations, TagCatalogue catalogue)
    {
        if (keys != _documents.Keys)
        {
            _files.Changed(TrustFiles.KeySet, [_documents.KeySet]);
        }

        foreach (var number in Enumerable.Range(0, 256).Select(number => (byte)number)
            .Where(one => lists.Find(one) != _documents.Lists.Find(one)))
        {
            _files.Changed(TrustFiles.List(number), [.. _documents.Chain(number)]);
        }

        if (declarations != _documents.Declarations)
        {
            _files.Changed(TrustFiles.Declarations, [.. _documents.SignedDeclarations]);
        }

        if (catalogue != _documents.Catalogue)
        {
            _files.Changed(TrustFiles.Catalogue, SignedCatalogue);
        }

        if (_stampedAt == 0 || _time.GetElapsedTime(_stampedAt) >= StampEvery)
        {
            _files.Changed(TrustFiles.Synced, [Clock.ToBytes()]);
            _stampedAt = _time.GetTimestamp();
        }

        MendFiles();
    }

    // A damaged file is written anew from what is held now, as far as that is: issuing sends the rest.
    private void MendFiles()
    {
        foreach (var name in _files.Damaged)
        {
            var number = _documents.ListNumbers.Cast<byte?>()
                .FirstOrDefault(one => TrustFiles.List(one!.Value) == name);
            IReadOnlyCollection<byte[]>? content = name switch
            {
                TrustFiles.KeySet when _documents.KeySet.Length > 0 => [_documents.KeySet],
                TrustFiles.Declarations => [.. _documents.SignedDeclarations],
                TrustFiles.Catalogue => SignedCatalogue,
                TrustFiles.Synced => [Clock.ToBytes()],
                _ when number is { } held => [.. _documents.Chain(held)],
                _ => null,
            };
            if (content is not null)
            {
                _files.Changed(name, content);
            }
        }
    }

    private void Load()
    {
        _files.Load(
            TrustFiles.KeySet, documents => documents is [var set] && Taken(_documents.AcceptKeySet(set, out _)));
        foreach (var name in _files.Lists)
        {
            _files.Load(name, chain => chain.All(one => Taken(_documents.AcceptList(one, out _))));
        }

        _files.Load(
            TrustFiles.Declarations,
            documents => documents.Count(one => Taken(_documents.AcceptDeclaration(one))) == documents.Count);
        _files.Load(
            TrustFiles.Catalogue,
            documents => documents.Count == 0
                || (documents is [var catalogue] && Taken(_documents.AcceptCatalogue(catalogue))));
        _files.Load(TrustFiles.Synced, documents => documents is [var stamp] && Clock.TryRestore(stamp));
    }

    private static bool Taken(DocumentStatus status) =>
        status is DocumentStatus.Accepted or DocumentStatus.Unchanged;
}
