namespace YiMaTong.Codes.Emergency.Trust;

/// <summary>A tag as screens show it (Table B.2). Immutable and thread-safe.</summary>
/// <param name="Number">Number of the tag, 1 to 64: bit number - 1 of a grant.</param>
/// <param name="Text">1 to 32 characters.</param>
/// <param name="Icon">Path of the icon below the platform's static host, 0 to 256 characters.</param>
/// <param name="BackgroundColor">Number of the channel's palette.</param>
/// <param name="FontColor">Number of the channel's palette.</param>
public sealed record CatalogueTag(int Number, string Text, string Icon, byte BackgroundColor, byte FontColor)
{
    /// <summary>Most characters of a text; characters are code points.</summary>
    public const int TextMax = 32;

    /// <summary>Most characters of an icon's path.</summary>
    public const int IconMax = 256;

    /// <summary>Whether number, text and icon keep their limits: only then can it be written.</summary>
    public bool IsValid =>
        Number is >= 1 and <= TagCatalogue.TagsMax && Text.Length > 0
        && Text.EnumerateRunes().Count() <= TextMax && Icon.EnumerateRunes().Count() <= IconMax;
}
