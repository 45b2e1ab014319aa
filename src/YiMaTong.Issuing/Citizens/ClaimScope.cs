using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Citizens;

/// <summary>What a citizen agrees to when claiming the code (7.1.2): fields and kinds of scene. Thread-safe.</summary>
internal static class ClaimScope
{
    /// <summary>All kinds of scene of Annex A: a to k.</summary>
    public const int AllKinds = (1 << KindCount) - 1;

    private const int KindCount = 11;

    /// <summary>Reads fields; empty means all. False where one is unknown.</summary>
    public static bool TryReadFields(IReadOnlyCollection<string> names, out string stored)
    {
        var bits = names.Count == 0 ? FeedFields.All : 0;
        var known = true;
        foreach (var name in names)
        {
            var bit = FeedFields.BitOf(name);
            known &= bit != 0;
            bits |= bit;
        }

        stored = FeedFields.Format(bits);
        return known;
    }

    /// <summary>Reads letters of Annex A to bits, a is bit 0; empty means all. False where one is unknown.</summary>
    public static bool TryReadKinds(IReadOnlyCollection<string> letters, out int kinds)
    {
        kinds = letters.Count == 0 ? AllKinds : 0;
        foreach (var letter in letters)
        {
            if (letter.Length != 1 || letter[0] < 'a' || letter[0] >= 'a' + KindCount)
            {
                return false;
            }

            kinds |= 1 << (letter[0] - 'a');
        }

        return true;
    }

    /// <summary>Writes bits as letters.</summary>
    public static IEnumerable<string> Letters(int kinds) => Enumerable.Range(0, KindCount)
        .Where(bit => (kinds & (1 << bit)) != 0)
        .Select(bit => ((char)('a' + bit)).ToString());
}
