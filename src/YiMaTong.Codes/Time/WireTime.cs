using System.Globalization;

namespace YiMaTong.Codes.Time;

/// <summary>
/// The standard's two time formats, both in UTC+8 with whole seconds; fractions are cut off. Thread-safe.
/// </summary>
public static class WireTime
{
    /// <summary>Length of the compact format in characters.</summary>
    public const int CompactLength = 14;

    private static readonly TimeSpan _offset = TimeSpan.FromHours(8);

    /// <summary>yyyy-MM-dd HH:mm:ss, as serverTime is printed (B.1, B.3).</summary>
    /// <param name="instant">Any instant up to the year 9999 in UTC+8.</param>
    public static string ServerTime(DateTimeOffset instant) =>
        instant.ToOffset(_offset).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>yyyyMMddHHmmss, as time is sent in B.4 and B.5.</summary>
    /// <param name="instant">Any instant up to the year 9999 in UTC+8.</param>
    public static string Compact(DateTimeOffset instant) =>
        instant.ToOffset(_offset).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    /// <summary>Reads yyyyMMddHHmmss; exactly 14 ASCII digits and a real date. Allocates nothing.</summary>
    /// <param name="text">The text; any content.</param>
    /// <param name="instant">The instant, with offset +08:00; default on failure.</param>
    /// <returns>False for anything else, a leap second (60) and years below 2 among it.</returns>
    public static bool TryParseCompact(ReadOnlySpan<char> text, out DateTimeOffset instant)
    {
        instant = default;
        if (text.Length != CompactLength)
        {
            return false;
        }

        foreach (var character in text)
        {
            if (!char.IsAsciiDigit(character))
            {
                return false;
            }
        }

        var year = Number(text[..4]);
        var month = Number(text[4..6]);
        var day = Number(text[6..8]);
        var (hour, minute, second) = (Number(text[8..10]), Number(text[10..12]), Number(text[12..14]));

        // The first hours of year 1 in UTC+8 lie before the first instant that DateTimeOffset can hold.
        if (year < 2 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        instant = new DateTimeOffset(year, month, day, hour, minute, second, _offset);
        return true;
    }

    private static int Number(ReadOnlySpan<char> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            number = number * 10 + (digit - '0');
        }

        return number;
    }
}
