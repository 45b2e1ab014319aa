using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using YiMaTong.Codes.Online;
using Wire = YiMaTong.Contracts.Feed.V1;

namespace YiMaTong.Decode.Registry;

/// <summary>
/// The node's view of scenes, merchants, devices, tags and code keys. Readers call from any thread and take immutable
/// entries; one writer, the feed, applies records. Of two records of one entity the newer revision stays, in whatever
/// order they arrive. Scenes and tags show at <see cref="Commit"/>, because a rule can be compiled only beside the
/// tags that it names and a snapshot sends them in no order. The version rises after each change: who finds it as it
/// was before an earlier look would find the same entries again.
/// </summary>
internal sealed class NodeRegistry(ILogger<NodeRegistry> logger)
{
    private readonly ConcurrentDictionary<string, SceneEntry> _scenes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MerchantEntry> _merchants = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DeviceEntry> _devices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SceneEntry> _arrivedScenes = new(StringComparer.Ordinal);
    private readonly Dictionary<int, (ulong Revision, Wire.TagRecord Record)> _tags = [];
    private readonly Dictionary<uint, ulong> _keyRevisions = [];
    private bool _tagsArrived;
    private long _version;
    private volatile CodeKeyRing _keys = CodeKeyRing.Empty;
    private volatile Catalogue _catalogue = Catalogue.Empty;

    /// <summary>Keys of online codes.</summary>
    public CodeKeyRing Keys => _keys;

    /// <summary>The tags.</summary>
    public Catalogue Catalogue => _catalogue;

    /// <summary>Number of changes so far.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Finds what a session needs; read its version again before it is believed another time.</summary>
    public Standing Find(string merchantId, string macId, UInt128 key)
    {
        // Before the entries: a change while they are read makes them stale from the start.
        var version = Version;
        var merchant = _merchants.GetValueOrDefault(merchantId);
        return new(
            version,
            merchant,
            merchant?.Keys?.Holds(key) == true,
            TryGetDevice(macId, out var device) && device.Serves(merchantId),
            merchant is null ? null : _scenes.GetValueOrDefault(merchant.SceneId),
            merchant is null ? null : new(merchantId, macId, merchant.SceneId));
    }

    /// <summary>Finds a scene.</summary>
    public bool TryGetScene(string id, [NotNullWhen(true)] out SceneEntry? entry) => _scenes.TryGetValue(id, out entry);

    /// <summary>Finds a merchant.</summary>
    public bool TryGetMerchant(string id, [NotNullWhen(true)] out MerchantEntry? entry) =>
        _merchants.TryGetValue(id, out entry);

    /// <summary>Finds a device.</summary>
    public bool TryGetDevice(string id, [NotNullWhen(true)] out DeviceEntry? entry) =>
        _devices.TryGetValue(id, out entry);

    /// <summary>Applies one record that is not a subject's. Only the feed calls it.</summary>
    public void Apply(Wire.Entity entity)
    {
        switch (entity.KindCase)
        {
            case Wire.Entity.KindOneofCase.Scene:
                ApplyScene(entity.Revision, entity.Scene);
                break;
            case Wire.Entity.KindOneofCase.Merchant:
                ApplyMerchant(entity.Revision, entity.Merchant);
                break;
            case Wire.Entity.KindOneofCase.Device:
                ApplyDevice(entity.Revision, entity.Device);
                break;
            case Wire.Entity.KindOneofCase.Tag:
                ApplyTag(entity.Revision, entity.Tag);
                break;
            case Wire.Entity.KindOneofCase.CodeKey:
                ApplyKey(entity.Revision, entity.CodeKey);
                break;
            default:
                Log.UnknownEntity(logger, entity.Revision);
                break;
        }

        Interlocked.Increment(ref _version);
    }

    /// <summary>Compiles what arrived and shows it. Only the feed calls it.</summary>
    public void Commit()
    {
        if (_tagsArrived)
        {
            var catalogue = Catalogue.Of(_tags);
            if (!catalogue.SameNumbers(_catalogue))
            {
                foreach (var scene in _scenes.Values.Where(scene => scene.NamesTags))
                {
                    _arrivedScenes.TryAdd(scene.SceneId, scene);
                }
            }

            _catalogue = catalogue;
            _tagsArrived = false;
        }

        foreach (var (id, scene) in _arrivedScenes)
        {
            _scenes[id] = EntryFactory.Compile(scene, _catalogue, out var fault);
            Report("scene", id, scene.Revision, fault);
        }

        _arrivedScenes.Clear();
        Interlocked.Increment(ref _version);
    }

    /// <summary>Forgets everything. Only the feed calls it.</summary>
    public void Clear()
    {
        _scenes.Clear();
        _merchants.Clear();
        _devices.Clear();
        _arrivedScenes.Clear();
        _tags.Clear();
        _keyRevisions.Clear();
        _tagsArrived = false;
        _keys = CodeKeyRing.Empty;
        _catalogue = Catalogue.Empty;
        Interlocked.Increment(ref _version);
    }

    private void ApplyScene(ulong revision, Wire.SceneRecord record)
    {
        var held = _arrivedScenes.GetValueOrDefault(record.SceneId) ?? _scenes.GetValueOrDefault(record.SceneId);
        if (held is null || held.Revision < revision)
        {
            _arrivedScenes[record.SceneId] = EntryFactory.Scene(revision, record);
        }
    }

    private void ApplyMerchant(ulong revision, Wire.MerchantRecord record)
    {
        if (_merchants.TryGetValue(record.MerchantId, out var held) && held.Revision >= revision)
        {
            return;
        }

        // Keys of the entry that is replaced are left to the collector: a scan that runs now may still use them.
        _merchants[record.MerchantId] = EntryFactory.Merchant(revision, record, out var fault);
        Report("merchant", record.MerchantId, revision, fault);
    }

    private void ApplyDevice(ulong revision, Wire.DeviceRecord record)
    {
        if (!_devices.TryGetValue(record.MacId, out var held) || held.Revision < revision)
        {
            _devices[record.MacId] = new(record.MacId, revision, record.MerchantId, record.Active);
        }
    }

    private void ApplyTag(ulong revision, Wire.TagRecord record)
    {
        if (record.Tag is not { No: >= 1 and <= Catalogue.MaxTags } tag)
        {
            Report("tag", record.Key, revision, $"its number is not 1 to {Catalogue.MaxTags}");
        }
        else if (!_tags.TryGetValue(tag.No, out var held) || held.Revision < revision)
        {
            _tags[tag.No] = (revision, record);
            _tagsArrived = true;
        }
    }

    private void ApplyKey(ulong revision, Wire.CodeKeyRecord record)
    {
        if (record.KeyId is < 1 or > 255)
        {
            Log.BadEntity(logger, "code key", "", revision, "its number is not 1 to 255");
        }
        else if (!_keyRevisions.TryGetValue(record.KeyId, out var held) || held < revision)
        {
            _keyRevisions[record.KeyId] = revision;
            _keys = _keys.With(EntryFactory.CodeKey(record, out var fault));
            Report("code key", "", revision, fault);
        }
    }

    private void Report(string kind, string id, ulong revision, string? fault)
    {
        if (fault is not null)
        {
            Log.BadEntity(logger, kind, id, revision, fault);
        }
    }
}
