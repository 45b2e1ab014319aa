using YiMaTong.Rules;

namespace YiMaTong.Decode.Registry;

/// <summary>A scene, ready to judge scans by. Immutable.</summary>
internal sealed record SceneEntry
{
    /// <summary>The scene's id.</summary>
    public required string SceneId { get; init; }

    /// <summary>Revision of the last change.</summary>
    public required ulong Revision { get; init; }

    /// <summary>Whether the scene is in use.</summary>
    public bool Active { get; init; }

    /// <summary>False where this node cannot judge by the record; every scan of it answers PY1999.</summary>
    public bool Usable { get; init; }

    /// <summary>The one bit that consent must have.</summary>
    public uint KindBit { get; init; }

    /// <summary>Code type n is accepted where bit n is set.</summary>
    public ulong TypeMask { get; init; }

    /// <summary>Whether one code admits once.</summary>
    public bool SingleUse { get; init; }

    /// <summary>Fields that the scene may learn.</summary>
    public byte Fields { get; init; }

    /// <summary>Tags that the scene may learn: all bits where the registration names none.</summary>
    public ulong Tags { get; init; }

    /// <summary>The admission rule as registered; empty admits everyone.</summary>
    public string RuleText { get; init; } = "";

    /// <summary>The compiled admission rule; null admits everyone.</summary>
    public CompiledRule? Rule { get; init; }

    /// <summary>What rules see as scene.Route.</summary>
    public string Route { get; init; } = "";

    /// <summary>Oldest data, in milliseconds, that an answer may rest on; 0 for any age.</summary>
    public long MaxStalenessMs { get; init; }

    /// <summary>Whether the rule depends on what the catalogue's tags are called.</summary>
    public bool NamesTags => RuleText.Contains("Has", StringComparison.Ordinal);

    /// <summary>Whether the scene takes codes of a type.</summary>
    public bool Accepts(byte type) => type < 64 && (TypeMask & (1UL << type)) != 0;
}
