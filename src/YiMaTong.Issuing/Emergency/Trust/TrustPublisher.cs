using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Emergency.Trust;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// Signs and shows what gates verify with. Invariants: revisions never go back, for each is at least the second of its
/// making and more than the last, so that neither a restart nor a restored backup nor a lost file gives one again;
/// what is shown is signed by a key of the set that is shown. Publishing waits for no disk. Where no key of documents
/// can be had, what is shown stays. Writers follow one another. Thread-safe.
/// </summary>
internal sealed class TrustPublisher(
    EmergencyKeyring keyring, EmergencyRoot root, StatusBook book, DeclarationBook declarations, TrustBoard board,
    TrustFiles files, IOptions<EmergencyOptions> options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _listsAt;

    private uint Now => (uint)time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Takes up what was published last.</summary>
    /// <returns>The lists, with their revocations.</returns>
    public IReadOnlyList<StatusList> TakeUp()
    {
        lock (_gate)
        {
            var set = files.ReadKeySet(root.PublicKey);
            var lists = files.ReadLists(set);
            board.Show(board.Picture with
            {
                KeySet = set,
                Catalogue = files.ReadCatalogue(set),
                Lists = lists.ToImmutableSortedDictionary(
                    list => list.Number, list => new PublishedList(list, [], [], null)),
            });
            return lists;
        }
    }

    /// <summary>
    /// Shows the keys as they are now; all other documents are signed anew by the one that signs now.
    /// </summary>
    public void ShowKeys()
    {
        lock (_gate)
        {
            var (now, held) = (Now, board.Picture.KeySet);
            var keys = keyring.All.Select(record => record.ToKey()).ToList();
            var document = EmergencyKeySet.Write(Next(held.Revision, now), now, keys, root.Signer);
            held.Accept(document, [root.PublicKey], out var set);
            board.Show(board.Picture with { KeySet = set, KeySetDocument = document });
            files.WriteKeySet(document);
            ShowLists(all: true);
            ShowDeclarations(all: true);
            if (board.Picture.Catalogue is { Revision: > 0 } catalogue)
            {
                _ = SignCatalogue(catalogue.RegistryRevision, catalogue.Tags);
            }
        }
    }

    /// <summary>Shows the lists that changed, or that are due to be signed anew.</summary>
    public void ShowLists()
    {
        lock (_gate)
        {
            var due = time.GetElapsedTime(_listsAt).TotalSeconds >= options.Value.ResignSeconds;
            ShowLists(due);
        }
    }

    /// <summary>Shows the declarations as they are now.</summary>
    public void ShowDeclarations()
    {
        lock (_gate)
        {
            ShowDeclarations(all: false);
        }
    }

    /// <summary>Shows the catalogue of tags.</summary>
    /// <param name="registryRevision">The registry's number of it.</param>
    /// <param name="tags">Valid ones, ascending by their numbers.</param>
    /// <returns>False where there is no key to sign it with now.</returns>
    public bool ShowCatalogue(ulong registryRevision, IReadOnlyList<CatalogueTag> tags)
    {
        lock (_gate)
        {
            // What was taken up from the disk has no document until the keys are shown.
            var picture = board.Picture;
            return (picture.CatalogueDocument.Length > 0 && picture.Catalogue.Says(registryRevision, tags))
                || SignCatalogue(registryRevision, tags);
        }
    }

    private void ShowLists(bool all)
    {
        // First the signer: bits that are taken are shown, or they would wait for the next change.
        if (keyring.Signer(KeyRecord.Documents) is not { } signer)
        {
            return;
        }

        var now = Now;
        var changed = book.TakeBits(all);
        if (all)
        {
            _listsAt = time.GetTimestamp();
        }

        if (changed.Count == 0)
        {
            return;
        }

        var lists = board.Picture.Lists;
        foreach (var bits in changed)
        {
            var before = lists.GetValueOrDefault(bits.Number);
            var list = new StatusList(
                bits.Number, Next(before?.Current.Revision ?? 0, now), now, bits.Size, bits.Bits);
            ImmutableArray<StatusList> older = before is null
                ? []
                : [before.Current, .. before.Older.Take(options.Value.DeltaRevisions - 1)];
            // A list that grew, after another setting, leads to no delta.
            var published = new PublishedList(
                list, StatusLists.Write(list, signer), [.. older.Where(from => from.Size <= list.Size)], signer);
            lists = lists.SetItem(bits.Number, published);
        }

        board.Show(board.Picture with { Lists = lists });
        foreach (var bits in changed)
        {
            files.WriteList(bits.Number, lists[bits.Number].Document);
        }
    }

    private void ShowDeclarations(bool all)
    {
        if (keyring.Signer(KeyRecord.Documents) is not { } signer)
        {
            return;
        }

        var held = board.Picture.Declarations.ToDictionary(shown => shown.Declaration.Id);
        var shown = declarations.Sign(Now, all, held, signer);
        board.Show(board.Picture with { Declarations = [.. shown] });
    }

    private bool SignCatalogue(ulong registryRevision, IReadOnlyList<CatalogueTag> tags)
    {
        if (keyring.Signer(KeyRecord.Documents) is not { } signer)
        {
            return false;
        }

        var now = Now;
        var catalogue = new TagCatalogue(
            Next(board.Picture.Catalogue.Revision, now), now, registryRevision, tags);
        var document = catalogue.Write(signer);
        board.Show(board.Picture with { Catalogue = catalogue, CatalogueDocument = document });
        files.WriteCatalogue(document);
        return true;
    }

    private static uint Next(uint last, uint now) => Math.Max(checked(last + 1), now);
}
