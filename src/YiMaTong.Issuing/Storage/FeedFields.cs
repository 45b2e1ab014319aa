namespace YiMaTong.Issuing.Storage;

/// <summary>
/// The fields that a citizen agrees to and a scene registers for: names in interfaces, bits in the feed. Numbers of the
/// bits are frozen.
/// </summary>
internal static class FeedFields
{
    public const int Tags = 1;
    public const int ConcealName = 2;
    public const int ConcealCard = 4;
    public const int All = Tags | ConcealName | ConcealCard;

    private static readonly string[] Names = ["tags", "conceal_name", "conceal_card"];

    /// <summary>Finds the bit of a name; 0 when there is none.</summary>
    public static int BitOf(ReadOnlySpan<char> name) => name switch
    {
        "tags" => Tags,
        "conceal_name" => ConcealName,
        "conceal_card" => ConcealCard,
        _ => 0,
    };

    /// <summary>Bits of space-separated names; unknown names count for nothing.</summary>
    public static int Parse(ReadOnlySpan<char> names)
    {
        var bits = 0;
        foreach (var range in names.Split(' '))
        {
            bits |= BitOf(names[range]);
        }

        return bits;
    }

    /// <summary>Names of bits, space-separated, in ascending order of the bits.</summary>
    public static string Format(int bits) => string.Join(' ', ToNames(bits));

    /// <summary>Names of bits in ascending order of the bits.</summary>
    public static IEnumerable<string> ToNames(int bits) => Names.Where((_, position) => (bits & (1 << position)) != 0);
}
