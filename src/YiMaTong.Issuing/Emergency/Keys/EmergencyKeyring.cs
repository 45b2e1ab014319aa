using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Codes.Storage;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// The keys that sign codes and documents, in overlap: the next one is in the set for the lead time before it signs,
/// and the last one stays until all that it signed is over. Invariants: each role has a key that signs now; a revoked
/// key never counts again; keys.json is written before a new key is shown, and after a revocation, which must not wait
/// for a disk. Readers take the whole list by one volatile read; writers follow one another. Thread-safe.
/// </summary>
internal sealed class EmergencyKeyring(
    EmergencyFolder folder, ISignerStore signers, IOptions<EmergencyOptions> options, TimeProvider time,
    ILogger<EmergencyKeyring> log)
{
    // What a clock may be off by, at a gate and here.
    private const int MarginSeconds = 3600;

    // How long a key that is over stays in the set, so that late uploads are still explained by it.
    private const int KeepSeconds = 30 * 86_400;

    private readonly Lock _gate = new();
    private readonly Dictionary<EmergencyKeyId, IEmergencySigner> _open = [];
    private readonly HashSet<EmergencyKeyId> _destroyed = [];
    private volatile ImmutableArrayBox _records = new([]);
    private bool _unsaved;

    /// <summary>Every key of the set, by role and beginning.</summary>
    public IReadOnlyList<KeyRecord> All => _records.Items;

    private string FilePath => folder.Combine("keys.json");

    private uint Now => (uint)time.GetUtcNow().ToUnixTimeSeconds();

    // The longest that something signed now is good for.
    private uint TailSeconds =>
        (uint)Math.Max(options.Value.LifeSeconds, options.Value.StaticLifeSeconds) + MarginSeconds;

    /// <summary>Reads the keys and makes those that are missing.</summary>
    /// <exception cref="StorageUnavailableException">The files cannot be used; one line for the operator.</exception>
    public void Load()
    {
        lock (_gate)
        {
            try
            {
                var records = File.Exists(FilePath)
                    ? JsonSerializer.Deserialize(File.ReadAllBytes(FilePath), KeyJson.Default.KeyRecordArray) ?? []
                    : [];
                _ = records.Select(record => record.ToKey()).ToList();
                Show([.. records]);
                EnsureSigners();
            }
            catch (Exception failure)
                when (failure is IOException or UnauthorizedAccessException or JsonException or InvalidDataException)
            {
                throw new StorageUnavailableException(
                    $"{EmergencyOptions.Section}:{nameof(EmergencyOptions.Folder)}: {FilePath} and the keys beside it "
                    + "cannot be used.",
                    failure);
            }
        }
    }

    /// <summary>The key that signs for a role now: the newest whose time has come.</summary>
    /// <exception cref="InvalidOperationException">There is none, which Load and Tend see to.</exception>
    public IEmergencySigner Signer(EmergencyKeyUses role)
    {
        lock (_gate)
        {
            return Current(role) is { } record && OpenSigner(record.Id) is { } signer
                ? signer
                : throw new InvalidOperationException($"No emergency key signs {role} now.");
        }
    }

    /// <summary>The record of the key that signs for a role now, or null.</summary>
    public KeyRecord? Current(EmergencyKeyUses role)
    {
        var now = Now;
        return All.Where(record => record.Uses == role && record.MaySign(now)).MaxBy(record => record.NotBefore);
    }

    /// <summary>Makes the next key of a role; where one waits already, that one is the answer.</summary>
    /// <returns>Null where the set is full.</returns>
    /// <exception cref="IOException">Its file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Its file may not be written.</exception>
    public KeyRecord? Rotate(EmergencyKeyUses role)
    {
        lock (_gate)
        {
            var now = Now;
            var waiting = All.FirstOrDefault(
                record => record.Uses == role && record.RevokedAt is null && record.NotBefore > now);
            return waiting ?? Make(role, now + (uint)options.Value.KeyLeadSeconds);
        }
    }

    /// <summary>Revokes a key, and makes another where the role has none left.</summary>
    /// <returns>The key, null where there is none; and whether that would outlive a restart.</returns>
    public (KeyRecord? Key, bool Kept) Revoke(EmergencyKeyId id)
    {
        lock (_gate)
        {
            if (All.FirstOrDefault(record => record.Id == id) is not { } known)
            {
                return (null, false);
            }

            if (known.RevokedAt is null)
            {
                known = known with { RevokedAt = Now };
                Show([.. All.Where(record => record.Id != id), known]);
                log.KeyRevoked(id);
            }

            _open.Remove(id);
            return (known, TrySettle(() => signers.Destroy(id)));
        }
    }

    /// <summary>Makes the next key in time, drops what is long over, and keeps what a disk refused.</summary>
    /// <returns>Whether the set changed.</returns>
    public bool Tend()
    {
        lock (_gate)
        {
            var before = _records;
            var now = Now;
            foreach (var role in (EmergencyKeyUses[])[KeyRecord.Codes, KeyRecord.Documents])
            {
                var last = All.Where(record => record.Uses == role && record.RevokedAt is null)
                    .Max(record => (uint?)record.NotBefore);
                var due = (last ?? 0) + (options.Value.KeyLifeDays * 86_400L) - options.Value.KeyLeadSeconds;
                if (last is null || now >= due)
                {
                    _ = TrySettle(() => Rotate(role));
                }
            }

            var over = All.Where(record => record.NotAfter < now).ToList();
            if (over.Exists(record => record.NotAfter + KeepSeconds < now))
            {
                Show([.. All.Where(record => record.NotAfter + KeepSeconds >= now)]);
                _unsaved = true;
            }

            // A private key that signs no more is a private key too many.
            foreach (var record in All.Where(record => !CouldSign(record, now) && _destroyed.Add(record.Id)).ToList())
            {
                _open.Remove(record.Id);
                _ = TrySettle(() => signers.Destroy(record.Id));
            }

            // A clock that was ahead at the first start and is set back leaves keys that do not sign yet.
            if (_unsaved || Current(KeyRecord.Codes) is null || Current(KeyRecord.Documents) is null)
            {
                _ = TrySettle(() => { });
            }

            return before != _records;
        }
    }

    private bool CouldSign(KeyRecord record, uint now) =>
        record.RevokedAt is null && now <= record.NotAfter && All.Where(
            other => other.Uses == record.Uses && other.MaySign(now)).All(other => other.NotBefore <= record.NotBefore);

    private bool TrySettle(Action act)
    {
        try
        {
            act();
            EnsureSigners();
            Save(All);
            return true;
        }
        catch (Exception failure) when (DiskFault.Is(failure))
        {
            _unsaved = true;
            log.NotWritten("a key", failure.GetType().Name);
            return false;
        }
    }

    // The first key of a role signs at once: nobody holds a set yet, or the key that they hold is worth nothing.
    private void EnsureSigners()
    {
        foreach (var role in (EmergencyKeyUses[])[KeyRecord.Codes, KeyRecord.Documents])
        {
            if (Current(role) is not { } record || OpenSigner(record.Id) is null)
            {
                Make(role, Now);
            }
        }
    }

    private KeyRecord? Make(EmergencyKeyUses role, uint notBefore)
    {
        if (All.Count >= EmergencyKeySet.KeysMax)
        {
            return null;
        }

        var made = signers.Create();
        while (All.Any(record => record.Id == made.PublicKey.Id))
        {
            // Names have 32 bits; where two keys share one by chance, another key is drawn.
            made = signers.Create();
        }

        var notAfter = notBefore + (uint)(options.Value.KeyLifeDays * 86_400L) + TailSeconds;
        var record = new KeyRecord(
            made.PublicKey.X.ToArray(), made.PublicKey.Y.ToArray(), role, notBefore, notAfter, null);
        ImmutableArray<KeyRecord> next = [.. All.Select(old => Shorten(old, record)), record];
        Save(next);
        _open[record.Id] = made.Signer;
        Show(next);
        log.KeyMade(record.Id, role, notBefore);
        return record;
    }

    // The key before signs until the new one does, and counts until the last of that is over. A key that was announced
    // and waits is not before the one that stands in for a revoked key: it takes over from it.
    private KeyRecord Shorten(KeyRecord old, KeyRecord next) =>
        old.Uses != next.Uses || old.RevokedAt is not null || old.NotBefore >= next.NotBefore
        ? old
        : old with { NotAfter = Math.Min(old.NotAfter, Math.Max(old.NotBefore, next.NotBefore + TailSeconds)) };

    private IEmergencySigner? OpenSigner(EmergencyKeyId id)
    {
        if (!_open.TryGetValue(id, out var signer) && signers.Open(id) is { } opened)
        {
            _open[id] = signer = opened;
        }

        return signer;
    }

    private void Save(IEnumerable<KeyRecord> records)
    {
        EmergencyFolder.Write(
            FilePath, JsonSerializer.SerializeToUtf8Bytes([.. records], KeyJson.Default.KeyRecordArray));
        _unsaved = false;
    }

    private void Show(ImmutableArray<KeyRecord> records) =>
        _records = new([.. records.OrderBy(record => record.Uses).ThenBy(record => record.NotBefore)]);

    private sealed record ImmutableArrayBox(ImmutableArray<KeyRecord> Items);
}
