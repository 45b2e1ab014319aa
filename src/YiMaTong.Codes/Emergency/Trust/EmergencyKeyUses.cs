namespace YiMaTong.Codes.Emergency.Trust;

/// <summary>What a key may sign. Numbers are frozen: key sets carry them.</summary>
[Flags]
public enum EmergencyKeyUses : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Emergency codes.</summary>
    Codes = 1,

    /// <summary>Status lists and their deltas.</summary>
    StatusLists = 2,

    /// <summary>Emergency declarations.</summary>
    Declarations = 4,

    /// <summary>The catalogue of tags.</summary>
    TagCatalogue = 8,

    /// <summary>Each of them.</summary>
    All = Codes | StatusLists | Declarations | TagCatalogue,
}
