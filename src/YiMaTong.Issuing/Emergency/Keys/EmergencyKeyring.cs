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
/// and the last one stays until all that it signed is over. Invariants: each role has a key that signs now, though the
/// disk refuse to keep it; a revoked key never counts again while the process runs; no call waits for a disk. What is
/// over is given up only by a clock that runs steadily. Readers take the whole list by one volatile read; writers
/// follow one another. Thread-safe.
/// </summary>
internal sealed class EmergencyKeyring(
    EmergencyFolder folder, ISignerStore signers, EmergencyDisk disk, ClockWatch clock,
    IOptions<EmergencyOptions> options, TimeProvider time, ILogger<EmergencyKeyring> log)
{
    // What a clock may be off by, at a gate and here.
    private const int MarginSeconds = 3600;

    // How long a key that is over stays in the set, so that late uploads are still explained by it.
    private const int KeepSeconds = 30 * 86_400;

    // The longest lead that can be set: what is to sign later than that was made by a clock that was ahead.
    private const uint LeadSecondsMax = 2_592_000;

    private static readonly EmergencyKeyUses[] Roles = [KeyRecord.Codes, KeyRecord.Documents];

    private readonly Lock _gate = new();
    private readonly Dictionary<EmergencyKeyId, IEmergencySigner> _open = [];
    private readonly HashSet<EmergencyKeyId> _destroyed = [];
    private volatile ImmutableArrayBox _records = new([]);

    /// <summary>Every key of the set, by role and beginning.</summary>
    public IReadOnlyList<KeyRecord> All => _records.Items;

    private string FilePath => folder.Combine("keys.json");

    private uint Now => (uint)time.GetUtcNow().ToUnixTimeSeconds();

    // The longest that something signed now is good for.
    private uint TailSeconds =>
        (uint)Math.Max(options.Value.LifeSeconds, options.Value.StaticLifeSeconds) + MarginSeconds;

    /// <summary>Reads the keys and makes those that are missing.</summary>
    /// <exception cref="StorageUnavailableException">The files cannot be used; one line for the operator.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Load() && await disk.SettleAsync(cancellationToken) is { Count: > 0 } behind)
            {
                throw new IOException($"{behind[0]} cannot be written.");
            }
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

    /// <summary>The key that signs for a role now: the newest whose time has come.</summary>
    /// <returns>Null where there is none and none can be made; never with keys in files.</returns>
    public IEmergencySigner? Signer(EmergencyKeyUses role)
    {
        lock (_gate)
        {
            return Current(role) is { } record ? _open.GetValueOrDefault(record.Id) : null;
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
    public KeyRecord? Rotate(EmergencyKeyUses role)
    {
        lock (_gate)
        {
            // The running second has begun: the lead is not to be shorter than it is set.
            return Waiting(role, Now) ?? Make(role, Now + 1 + (uint)options.Value.KeyLeadSeconds);
        }
    }

    /// <summary>Revokes a key, and makes another where the role has none left. It counts from the return on.</summary>
    /// <returns>The key, null where there is none.</returns>
    public KeyRecord? Revoke(EmergencyKeyId id)
    {
        lock (_gate)
        {
            if (All.FirstOrDefault(record => record.Id == id) is not { } known)
            {
                return null;
            }

            if (known.RevokedAt is null)
            {
                known = known with { RevokedAt = Now };
                Show([.. All.Where(record => record.Id != id), known]);
                log.KeyRevoked(id);
            }

            _open.Remove(id);
            _ = EnsureSigners();
            Destroy(id);
            return known;
        }
    }

    /// <summary>Makes the next key in time and drops what is long over.</summary>
    /// <returns>Whether the set changed.</returns>
    public bool Tend()
    {
        lock (_gate)
        {
            var before = _records;
            var now = Now;

            // A disk that is behind would forget the new keys; there is time.
            foreach (var role in disk.Behind.Count == 0 ? Roles : [])
            {
                if (IsDue(role, now))
                {
                    _ = Rotate(role);
                }
            }

            // A clock that was ahead at the first start and is set back leaves keys that do not sign yet.
            _ = EnsureSigners();
            if (clock.IsSteady())
            {
                GiveUp(now);
            }

            return before != _records;
        }
    }

    private bool Load()
    {
        lock (_gate)
        {
            var records = File.Exists(FilePath)
                ? JsonSerializer.Deserialize(File.ReadAllBytes(FilePath), KeyJson.Default.KeyRecordArray) ?? []
                : [];
            _ = records.Select(record => record.ToKey()).ToList();
            _records = new([.. Sorted(records)]);

            // All that may sign is opened now: later no call waits for a disk.
            foreach (var record in records.Where(record => record.RevokedAt is null))
            {
                if (signers.Open(record.Id) is { } signer)
                {
                    _open[record.Id] = signer;
                }
            }

            return EnsureSigners();
        }
    }

    private KeyRecord? Waiting(EmergencyKeyUses role, uint now) => All.FirstOrDefault(
        record => record.Uses == role && record.RevokedAt is null && record.NotBefore > now && !IsStray(record, now));

    private bool IsDue(EmergencyKeyUses role, uint now)
    {
        var last = All.Where(record => record.Uses == role && record.RevokedAt is null && !IsStray(record, now))
            .Max(record => (uint?)record.NotBefore);
        return last is null
            || now + 1 >= last + (options.Value.KeyLifeDays * 86_400L) - options.Value.KeyLeadSeconds;
    }

    private static bool IsStray(KeyRecord record, uint now) =>
        record.NotBefore > (long)now + LeadSecondsMax + MarginSeconds;

    // A private key that signs no more is a private key too many.
    private void GiveUp(uint now)
    {
        foreach (var record in All.Where(record => !CouldSign(record, now) && !_destroyed.Contains(record.Id)).ToList())
        {
            _open.Remove(record.Id);
            Destroy(record.Id);
        }

        var kept = All.Where(record => (long)record.NotAfter + KeepSeconds >= now && !IsStray(record, now)).ToList();
        if (kept.Count < All.Count)
        {
            Show(kept);
        }
    }

    private bool CouldSign(KeyRecord record, uint now) =>
        record.RevokedAt is null && now <= record.NotAfter && !IsStray(record, now) && All.Where(
            other => other.Uses == record.Uses && other.MaySign(now)).All(other => other.NotBefore <= record.NotBefore);

    private void Destroy(EmergencyKeyId id)
    {
        try
        {
            signers.Destroy(id);
            _destroyed.Add(id);
        }
        catch (Exception failure) when (DiskFault.Is(failure))
        {
            log.NotWritten("a key", failure.GetType().Name);
        }
    }

    // The first key of a role signs at once: nobody holds a set yet, or the key that they hold is worth nothing.
    private bool EnsureSigners()
    {
        var made = false;
        foreach (var role in Roles)
        {
            if (Current(role) is not { } record || !_open.ContainsKey(record.Id))
            {
                made |= Make(role, Now) is not null;
            }
        }

        return made;
    }

    private KeyRecord? Make(EmergencyKeyUses role, uint notBefore)
    {
        if (All.Count >= EmergencyKeySet.KeysMax && !TryMakeRoom())
        {
            return null;
        }

        try
        {
            var made = signers.Create();
            while (All.Any(record => record.Id == made.PublicKey.Id))
            {
                // Names have 32 bits; where two keys share one by chance, another key is drawn.
                signers.Destroy(made.PublicKey.Id);
                made = signers.Create();
            }

            var notAfter = notBefore + (uint)(options.Value.KeyLifeDays * 86_400L) + TailSeconds;
            var record = new KeyRecord(
                made.PublicKey.X.ToArray(), made.PublicKey.Y.ToArray(), role, notBefore, notAfter, null);
            _open[record.Id] = made.Signer;
            Show([.. All.Select(old => Shorten(old, record)), record]);
            log.KeyMade(record.Id, role, notBefore);
            return record;
        }
        catch (Exception failure) when (DiskFault.Is(failure))
        {
            log.NotWritten("a key", failure.GetType().Name);
            return null;
        }
    }

    // To gates a key that is not in the set is worth as much as one that is revoked.
    private bool TryMakeRoom()
    {
        var oldest = All.Where(record => record.RevokedAt is not null).MinBy(record => record.RevokedAt);
        if (oldest is not null)
        {
            Show([.. All.Where(record => record != oldest)]);
        }

        return oldest is not null;
    }

    // The key before signs until the new one does, and counts until the last of that is over. A key that was announced
    // and waits is not before the one that stands in for a revoked key: it takes over from it.
    private KeyRecord Shorten(KeyRecord old, KeyRecord next) =>
        old.Uses != next.Uses || old.RevokedAt is not null || old.NotBefore >= next.NotBefore
        ? old
        : old with { NotAfter = Math.Min(old.NotAfter, Math.Max(old.NotBefore, next.NotBefore + TailSeconds)) };

    private void Show(IEnumerable<KeyRecord> records)
    {
        _records = new([.. Sorted(records)]);
        disk.Write(FilePath, JsonSerializer.SerializeToUtf8Bytes([.. All], KeyJson.Default.KeyRecordArray));
    }

    private static IEnumerable<KeyRecord> Sorted(IEnumerable<KeyRecord> records) =>
        records.OrderBy(record => record.Uses).ThenBy(record => record.NotBefore);

    private sealed record ImmutableArrayBox(ImmutableArray<KeyRecord> Items);
}
