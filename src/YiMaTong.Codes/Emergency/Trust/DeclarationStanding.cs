namespace YiMaTong.Codes.Emergency.Trust;

/// <summary>
/// Whether emergency codes are in force at a place and time. All but <see cref="InForce"/> answer PY2014. A larger
/// number is nearer to being in force.
/// </summary>
public enum DeclarationStanding : byte
{
    /// <summary>Nothing is declared.</summary>
    NotDeclared,

    /// <summary>Declared for another region.</summary>
    AnotherRegion,

    /// <summary>Declared for other kinds of scene.</summary>
    AnotherScene,

    /// <summary>It was, and is over.</summary>
    Over,

    /// <summary>It will be.</summary>
    NotYet,

    /// <summary>It is.</summary>
    InForce,
}
