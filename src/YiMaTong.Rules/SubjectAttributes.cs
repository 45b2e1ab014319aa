namespace YiMaTong.Rules;

/// <summary>
/// A citizen's attributes as 64 bits: what issuing writes into the feed and rules read. The layout is frozen: bits 0 to 2
/// talent level (0 none, 1 A … 6 F), 3 veteran, 4 disabled, 5 student, 6 senior, 8 to 9 practitioner mark (0 none, 1 red,
/// 2 yellow, 3 blue). Immutable.
/// </summary>
/// <param name="Bits">The bits.</param>
public readonly record struct SubjectAttributes(ulong Bits)
{
    private const string Levels = "ABCDEF";

    /// <summary>"A" to "F", or empty.</summary>
    public string TalentLevel => (Bits & 7) is var level and > 0 and <= 6 ? LevelNames[(int)level - 1] : "";

    /// <summary>Served in the forces.</summary>
    public bool Veteran => (Bits & (1UL << 3)) != 0;

    /// <summary>Holds a disability certificate.</summary>
    public bool Disabled => (Bits & (1UL << 4)) != 0;

    /// <summary>Is enrolled at a school.</summary>
    public bool Student => (Bits & (1UL << 5)) != 0;

    /// <summary>Is 60 years or older.</summary>
    public bool Senior => (Bits & (1UL << 6)) != 0;

    /// <summary>"red", "yellow", "blue", or empty (三色五益).</summary>
    public string PractitionerMark => ((Bits >> 8) & 3) switch { 1 => "red", 2 => "yellow", 3 => "blue", _ => "" };

    private static readonly string[] LevelNames = ["A", "B", "C", "D", "E", "F"];

    /// <summary>Packs attributes.</summary>
    /// <returns>False when the level or the mark is none of those named above; <paramref name="field"/> names which.</returns>
    public static bool TryPack(
        string talentLevel, bool veteran, bool disabled, bool student, bool senior, string practitionerMark,
        out SubjectAttributes attributes, out string? field)
    {
        attributes = default;
        var level = talentLevel.Length == 0 ? 0 : talentLevel.Length == 1 ? Levels.IndexOf(talentLevel[0]) + 1 : -1;
        if (level < 0 || (level == 0 && talentLevel.Length > 0))
        {
            field = "talentLevel";
            return false;
        }

        var mark = practitionerMark switch { "" => 0, "red" => 1, "yellow" => 2, "blue" => 3, _ => -1 };
        if (mark < 0)
        {
            field = "practitionerMark";
            return false;
        }

        field = null;
        attributes = new((uint)level | Bit(veteran, 3) | Bit(disabled, 4) | Bit(student, 5) | Bit(senior, 6) | ((ulong)(uint)mark << 8));
        return true;
    }

    private static ulong Bit(bool value, int position) => value ? 1UL << position : 0;
}
