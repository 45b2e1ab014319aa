namespace YiMaTong.Rules;

/// <summary>
/// A citizen's attributes as 64 bits: what issuing writes into the feed and rules read. The layout is frozen: bits 0
/// to 2 talent level (0 none, 1 A … 6 F), 3 veteran, 4 disabled, 5 student, 6 senior, 8 to 9 practitioner mark (0
/// none, 1 red, 2 yellow, 3 blue). Immutable.
/// </summary>
/// <param name="Bits">The bits.</param>
public readonly record struct SubjectAttributes(ulong Bits)
{
    internal const int LevelMax = 6;
    internal const int VeteranBit = 3;
    internal const int DisabledBit = 4;
    internal const int StudentBit = 5;
    internal const int SeniorBit = 6;
    private const int MarkShift = 8;

    private static readonly string[] LevelNames = ["", "A", "B", "C", "D", "E", "F"];
    private static readonly string[] MarkNames = ["", "red", "yellow", "blue"];

    /// <summary>"A" to "F", or empty.</summary>
    public string TalentLevel => LevelNames[LevelNumber];

    /// <summary>Served in the forces.</summary>
    public bool Veteran => (Bits & (1UL << VeteranBit)) != 0;

    /// <summary>Holds a disability certificate.</summary>
    public bool Disabled => (Bits & (1UL << DisabledBit)) != 0;

    /// <summary>Is enrolled at a school.</summary>
    public bool Student => (Bits & (1UL << StudentBit)) != 0;

    /// <summary>Is 60 years or older.</summary>
    public bool Senior => (Bits & (1UL << SeniorBit)) != 0;

    /// <summary>"red", "yellow", "blue", or empty (三色五益).</summary>
    public string PractitionerMark => MarkNames[MarkNumber];

    /// <summary>0 for none, 1 to 6 for A to F. 7 is no level, and reads as none.</summary>
    internal int LevelNumber => (int)(Bits & 7) is var level and <= LevelMax ? level : 0;

    /// <summary>0 for none, 1 to 3 for red, yellow, blue.</summary>
    internal int MarkNumber => (int)((Bits >> MarkShift) & 3);

    /// <summary>Packs attributes.</summary>
    /// <returns>False when the level or the mark is none of those named above; <paramref name="field"/> names
    /// which.</returns>
    public static bool TryPack(
        string talentLevel, bool veteran, bool disabled, bool student, bool senior, string practitionerMark,
        out SubjectAttributes attributes, out string? field)
    {
        attributes = default;
        var level = LevelNumberOf(talentLevel);
        var mark = MarkNumberOf(practitionerMark);
        field = level < 0 ? "talentLevel" : mark < 0 ? "practitionerMark" : null;
        if (field is not null)
        {
            return false;
        }

        attributes = new((uint)level | Bit(veteran, VeteranBit) | Bit(disabled, DisabledBit) | Bit(student, StudentBit)
            | Bit(senior, SeniorBit) | ((ulong)(uint)mark << MarkShift));
        return true;
    }

    /// <summary>Number of a level's name; -1 where it is none.</summary>
    internal static int LevelNumberOf(string name) => Array.IndexOf(LevelNames, name);

    /// <summary>Number of a mark's name; -1 where it is none.</summary>
    internal static int MarkNumberOf(string name) => Array.IndexOf(MarkNames, name);

    private static ulong Bit(bool value, int position) => value ? 1UL << position : 0;
}
