namespace YiMaTong.Decode.Registry;

/// <summary>Fields of a citizen as bits: consent, registration and requests speak of them alike.</summary>
internal static class FieldBits
{
    /// <summary>Tags.</summary>
    public const byte Tags = 1;

    /// <summary>The starred name.</summary>
    public const byte ConcealName = 2;

    /// <summary>The starred number.</summary>
    public const byte ConcealCard = 4;

    /// <summary>Every field that there is.</summary>
    public const byte Known = Tags | ConcealName | ConcealCard;
}
