using System.Buffers;
using System.Text;

namespace YiMaTong.Issuing.Platform;

/// <summary>Shapes of fields that the platform interfaces name. Lengths are in code points. Thread-safe.</summary>
internal static class Fields
{
    /// <summary>Ids of scenes, apps and tags: [a-z0-9-].</summary>
    public static readonly SearchValues<char> LowerId = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Ids of merchants: [A-Za-z0-9._-].</summary>
    public static readonly SearchValues<char> MerchantId =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Numbers of devices: [A-Za-z0-9._:-].</summary>
    public static readonly SearchValues<char> MacId =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    /// <summary>Longest public key as PEM, in characters.</summary>
    public const int PemMaxLength = 4096;

    /// <summary>1 to <paramref name="max"/> characters of an alphabet.</summary>
    public static bool IsId(string text, SearchValues<char> alphabet, int max) =>
        text.Length >= 1 && text.Length <= max && !text.AsSpan().ContainsAnyExcept(alphabet);

    /// <summary>A name: 1 to <paramref name="max"/> characters, not all blank, no control characters.</summary>
    public static bool IsName(string text, int max) => !string.IsNullOrWhiteSpace(text) && IsText(text, max);

    /// <summary>At most <paramref name="max"/> characters, none of them a control character.</summary>
    public static bool IsText(string text, int max)
    {
        // A code point takes at most two units: a hostile megabyte is refused before it is walked.
        if (text.Length > max * 2)
        {
            return false;
        }

        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            length++;
            if (Rune.IsControl(rune))
            {
                return false;
            }
        }

        return length <= max;
    }

    /// <summary>An optional phone number: empty, or 5 to 15 ASCII digits.</summary>
    public static bool IsPhoneOrEmpty(string text) =>
        text.Length == 0 || (text.Length is >= 5 and <= 15 && !text.AsSpan().ContainsAnyExceptInRange('0', '9'));
}
