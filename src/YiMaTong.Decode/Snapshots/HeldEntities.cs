using YiMaTong.Contracts.Feed.V1;

namespace YiMaTong.Decode.Snapshots;

/// <summary>
/// The newest version of each entity but subjects as the feed sent it, for snapshots: scenes, merchants, devices, tags
/// and keys are held elsewhere in the form that scans need. The feed writes, the snapshot reads. Thread-safe.
/// </summary>
internal sealed class HeldEntities
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(Entity.KindOneofCase Kind, string Id), Entity> _entities = [];

    /// <summary>Keeps an entity unless the one held is as new.</summary>
    public void Apply(Entity entity)
    {
        if (IdOf(entity) is not { } id)
        {
            return;
        }

        lock (_lock)
        {
            if (!_entities.TryGetValue((entity.KindCase, id), out var held) || held.Revision < entity.Revision)
            {
                _entities[(entity.KindCase, id)] = entity;
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _entities.Clear();
        }
    }

    /// <summary>All that is held now. The entities are shared: read them only.</summary>
    public Entity[] Capture()
    {
        lock (_lock)
        {
            return [.. _entities.Values];
        }
    }

    private static string? IdOf(Entity entity) => entity.KindCase switch
    {
        Entity.KindOneofCase.Scene => entity.Scene.SceneId,
        Entity.KindOneofCase.Merchant => entity.Merchant.MerchantId,
        Entity.KindOneofCase.Device => entity.Device.MacId,
        Entity.KindOneofCase.Tag => $"{entity.Tag.Tag?.No}",
        Entity.KindOneofCase.CodeKey => $"{entity.CodeKey.KeyId}",
        _ => null,
    };
}
