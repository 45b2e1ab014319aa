using System.Globalization;

namespace YiMaTong.Issuing.RealName;

/// <summary>
/// The resident identity number of GB 11643: six digits of region, eight of birth date, three of sequence and a check
/// character by ISO 7064 MOD 11-2. Says whether a text can be such a number, not whether anybody holds it. Thread-safe.
/// </summary>
internal static class ResidentId
{
    /// <summary>Certificate type of the resident identity card.</summary>
    public const string IdType = "01";

    /// <summary>Characters of a number.</summary>
    public const int Length = 18;

    private const string CheckCharacters = "10X98765432";

    /// <summary>Reads a number.</summary>
    /// <param name="text">18 characters; the check character may be a small x.</param>
    /// <param name="today">Today in UTC+8: nobody is born later.</param>
    /// <param name="number">The number as it is kept, with a capital X; empty when refused.</param>
    /// <returns>False when length, digits, birth date or check character are wrong.</returns>
    public static bool TryNormalize(ReadOnlySpan<char> text, DateOnly today, out string number)
    {
        number = "";
        if (text.Length != Length || text[..17].ContainsAnyExceptInRange('0', '9') || text[0] == '0')
        {
            return false;
        }

        if (!DateOnly.TryParseExact(
                text.Slice(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var birth)
            || birth.Year < 1800 || birth > today)
        {
            return false;
        }

        var check = CheckCharacter(text[..17]);
        if (text[17] != check && !(check == 'X' && text[17] == 'x'))
        {
            return false;
        }

        number = string.Concat(text[..17], [check]);
        return true;
    }

    /// <summary>The check character of the first 17 digits.</summary>
    /// <param name="digits">17 ASCII digits.</param>
    public static char CheckCharacter(ReadOnlySpan<char> digits)
    {
        // MOD 11-2 weighs the digit at place i, counted from the check character at 0, with 2 to the i modulo 11.
        var sum = 0;
        foreach (var digit in digits)
        {
            sum = (sum + (digit - '0')) * 2 % 11;
        }

        return CheckCharacters[sum];
    }
}
