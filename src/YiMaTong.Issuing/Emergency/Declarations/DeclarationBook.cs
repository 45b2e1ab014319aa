using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// The declarations, in memory and in declarations.json: it needs no database. Invariants: a revision is at least the
/// second of its making and more than the last; one that is over never comes back. Thread-safe.
/// </summary>
internal sealed class DeclarationBook(
    EmergencyFolder folder, EmergencyDisk disk, TimeProvider time, ILogger<DeclarationBook> log)
{
    /// <summary>Declarations that are not over, at most: gates hold 256 in all.</summary>
    public const int OpenMax = 64;

    // Gates with a wrong clock must not see an old revision again.
    private const uint KeepSeconds = 30 * 86_400;

    // What gates hold at the least, however many come (their TrustStore).
    private const uint KeepSecondsMin = 7 * 86_400;

    private readonly Lock _gate = new();
    private volatile IReadOnlyList<DeclarationRecord> _all = [];
    private bool _unsaved;

    /// <summary>All of them, by descending start.</summary>
    public IReadOnlyList<DeclarationRecord> All => _all;

    private string FilePath => folder.Combine("declarations.json");

    private uint Now => (uint)time.GetUtcNow().ToUnixTimeSeconds();

    public DeclarationRecord? Find(string id) => _all.FirstOrDefault(record => record.Id == id);

    /// <summary>Reads the file.</summary>
    /// <exception cref="StorageUnavailableException">It cannot be used; one line for the operator.</exception>
    public void Load()
    {
        try
        {
            if (File.Exists(FilePath))
            {
                var (now, records) = (Now, JsonSerializer.Deserialize(
                    File.ReadAllBytes(FilePath), DeclarationJson.Default.DeclarationRecordArray) ?? []);

                // What gates hold may have this very revision, signed at another second or by another key.
                _all = [.. records.Select(record => record with { Revision = Next(record, now) })];
                _unsaved = _all.Count > 0;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new StorageUnavailableException($"{FilePath} cannot be used: mend it, or move it away.", failure);
        }
    }

    /// <summary>Puts a declaration in place of what was there.</summary>
    /// <returns>It as it now stands; null where that id is over, or too many are not.</returns>
    public DeclarationRecord? Put(DeclarationRecord form)
    {
        lock (_gate)
        {
            var (now, known) = (Now, Find(form.Id));
            if (known is null ? !HasRoom(now) : known.IsOver(now))
            {
                return null;
            }

            var next = form with { Revision = known?.Revision ?? 0 };
            if (next != known)
            {
                next = next with { Revision = Next(next, now) };
                Replace(next);
                log.Declared(next.Id, next.Revision);
            }

            Save();
            return next;
        }
    }

    /// <summary>Ends a declaration now.</summary>
    /// <returns>It as it now stands; null where there is none.</returns>
    public DeclarationRecord? End(string id)
    {
        lock (_gate)
        {
            var (now, known) = (Now, Find(id));
            if (known is null)
            {
                return null;
            }

            if (!known.IsOver(now))
            {
                known = known with
                {
                    End = Math.Max(known.Start, now),
                    Revision = Next(known, now),
                };
                Replace(known);
                log.Ended(id);
            }

            Save();
            return known;
        }
    }

    /// <summary>Signs what is not signed yet, or all.</summary>
    /// <param name="now">Second of the Unix epoch.</param>
    /// <param name="all">Sign anew what stays as it is, with a revision of its own.</param>
    /// <param name="held">What is published.</param>
    /// <param name="signer">Signs.</param>
    public IReadOnlyList<PublishedDeclaration> Sign(
        uint now, bool all, Dictionary<Guid, PublishedDeclaration> held, IEmergencySigner signer)
    {
        lock (_gate)
        {
            if (_all.Any(record => record.End + KeepSeconds < now))
            {
                _all = [.. _all.Where(record => record.End + KeepSeconds >= now)];
                _unsaved = true;
            }

            var shown = ImmutableArray.CreateBuilder<PublishedDeclaration>();
            foreach (var record in _all.ToList())
            {
                var known = held.GetValueOrDefault(record.DeclarationId);
                if (known is not null && !all && known.Declaration.Revision == record.Revision)
                {
                    shown.Add(known);
                    continue;
                }

                var next = all && known is not null ? record with { Revision = Next(record, now) } : record;
                Replace(next);
                shown.Add(Sign(next, now, signer));
            }

            Save();
            return shown.ToImmutable();
        }
    }

    private static PublishedDeclaration Sign(DeclarationRecord record, uint now, IEmergencySigner signer)
    {
        _ = RegionCode.TryParse(Encoding.UTF8.GetBytes(record.Region), out var region);
        var declaration = new EmergencyDeclaration(
            record.DeclarationId, record.Revision, now, region, (ushort)record.SceneKinds, record.Start, record.End);
        return new PublishedDeclaration(declaration, declaration.Write(signer));
    }

    // One that gates have no room for would be declared here and count nowhere.
    private bool HasRoom(uint now)
    {
        if (_all.Count >= EmergencyDeclarations.CountMax
            && _all.MinBy(record => record.End) is { } oldest && oldest.End + KeepSecondsMin < now)
        {
            _all = [.. _all.Where(record => record != oldest)];
            _unsaved = true;
        }

        return _all.Count(record => !record.IsOver(now)) < OpenMax && _all.Count < EmergencyDeclarations.CountMax;
    }

    private static uint Next(DeclarationRecord record, uint now) => Math.Max(record.Revision + 1, now);

    private void Replace(DeclarationRecord next)
    {
        if (Find(next.Id) != next)
        {
            _all = [.. _all.Where(other => other.Id != next.Id).Append(next).OrderByDescending(record => record.Start)];
            _unsaved = true;
        }
    }

    private void Save()
    {
        if (_unsaved)
        {
            disk.Write(
                FilePath,
                JsonSerializer.SerializeToUtf8Bytes([.. _all], DeclarationJson.Default.DeclarationRecordArray));
            _unsaved = false;
        }
    }
}
