namespace YiMaTong.Issuing.Storage;

/// <summary>A scene with its registration.</summary>
internal sealed class Scene
{
    public required string SceneId { get; set; }

    public required string Name { get; set; }

    /// <summary>0 is Annex A's letter a.</summary>
    public int Kind { get; set; }

    /// <summary>Space-separated code types.</summary>
    public required string QrcodeTypes { get; set; }

    public bool SingleUse { get; set; }

    /// <summary>Bit 0 tags, 1 starred name, 2 starred number.</summary>
    public int Fields { get; set; }

    public ulong Tags { get; set; }

    public string AdmissionRule { get; set; } = "";

    public string Route { get; set; } = "";

    public long MaxStalenessMs { get; set; }

    public bool Active { get; set; } = true;

    public long Revision { get; set; }
}
