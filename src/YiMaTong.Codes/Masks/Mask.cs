using System.Globalization;

namespace YiMaTong.Codes.Masks;

/// <summary>
/// The standard's masks (examples of B.1 and B.3). Characters are text elements (UAX #29 grapheme clusters): a rare
/// surname outside the basic plane is one character, and a mark goes with the letter that it stands on. Thread-safe.
/// </summary>
public static class Mask
{
    private const char Star = '*';
    private const int CardStars = 14;
    private const int StackLimit = 128;

    /// <summary>Stars every text element but the last: 张三 becomes *三. One element becomes a single star.</summary>
    /// <param name="name">The full name; empty gives an empty mask.</param>
    public static string Name(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length <= StackLimit
            ? Name(name, stackalloc char[StackLimit])
            : Name(name, new char[name.Length]);
    }

    /// <summary>Stars a name into a span; allocates nothing.</summary>
    /// <param name="name">The full name; empty gives an empty mask.</param>
    /// <param name="destination">As many characters as the name has always suffice.</param>
    /// <param name="charsWritten">Characters written; 0 on failure.</param>
    /// <returns>False when the destination is too short; its content is unspecified then.</returns>
    public static bool TryName(ReadOnlySpan<char> name, Span<char> destination, out int charsWritten)
    {
        charsWritten = 0;
        var at = 0;
        var stars = 0;
        while (at < name.Length)
        {
            var length = StringInfo.GetNextTextElementLength(name[at..]);
            var isLast = at + length == name.Length;
            if (isLast && at > 0)
            {
                if (!name[at..].TryCopyTo(destination[stars..]))
                {
                    return false;
                }

                charsWritten = stars + length;
                return true;
            }

            if (stars == destination.Length)
            {
                return false;
            }

            destination[stars++] = Star;
            at += length;
        }

        charsWritten = stars;
        return true;
    }

    /// <summary>
    /// First character, fourteen stars, last character, whatever the length. A number of one character shows it at both
    /// ends, so that the mask tells nothing of the length.
    /// </summary>
    /// <param name="number">The certificate's number; empty gives an empty mask.</param>
    public static string Card(string number)
    {
        ArgumentNullException.ThrowIfNull(number);
        if (number.Length == 0)
        {
            return "";
        }

        var (first, last) = CardEnds(number);
        return string.Concat(number.AsSpan(0, first), "**************", number.AsSpan(last));
    }

    /// <summary>Stars a number into a span; allocates nothing.</summary>
    /// <param name="number">The certificate's number; empty gives an empty mask.</param>
    /// <param name="destination">16 characters suffice for every number in ASCII.</param>
    /// <param name="charsWritten">Characters written; 0 on failure.</param>
    /// <returns>False when the destination is too short; it is untouched then.</returns>
    public static bool TryCard(ReadOnlySpan<char> number, Span<char> destination, out int charsWritten)
    {
        charsWritten = 0;
        if (number.Length == 0)
        {
            return true;
        }

        var (first, last) = CardEnds(number);
        var length = first + CardStars + (number.Length - last);
        if (destination.Length < length)
        {
            return false;
        }

        number[..first].CopyTo(destination);
        destination.Slice(first, CardStars).Fill(Star);
        number[last..].CopyTo(destination[(first + CardStars)..]);
        charsWritten = length;
        return true;
    }

    private static string Name(ReadOnlySpan<char> name, Span<char> buffer)
    {
        TryName(name, buffer, out var length);
        return new string(buffer[..length]);
    }

    // Length of the first text element, and where the last one starts.
    private static (int First, int Last) CardEnds(ReadOnlySpan<char> number)
    {
        var first = StringInfo.GetNextTextElementLength(number);
        var last = 0;
        for (var next = first; next < number.Length;)
        {
            last = next;
            next += StringInfo.GetNextTextElementLength(number[next..]);
        }

        return (first, last);
    }
}
