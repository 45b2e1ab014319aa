namespace YiMaTong.Issuing.Storage;

/// <summary>A tag of the catalogue.</summary>
internal sealed class TagDefinition
{
    public int Number { get; set; }

    public required string Key { get; set; }

    public required string Text { get; set; }

    public string Icon { get; set; } = "";

    public int BackgroundColor { get; set; }

    public int FontColor { get; set; }

    public string Rule { get; set; } = "";

    public bool Active { get; set; } = true;

    public long Revision { get; set; }
}
