using System.Globalization;

namespace YiMaTong.Codes.Emergency;

/// <summary>
/// An administrative division by GB/T 2260: six digits, in pairs for province, city and district. Trailing "00" pairs
/// widen it: 330100 is Hangzhou with all its districts.
/// </summary>
public readonly record struct RegionCode
{
    /// <summary>Length of the text in characters.</summary>
    public const int Length = 6;

    private const int ValueMin = 10_0000;
    private const int ValueMax = 99_9999;

    /// <summary>A division by its number.</summary>
    /// <param name="value">100000 to 999999.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another number.</exception>
    public RegionCode(int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, ValueMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, ValueMax);
        Value = value;
    }

    /// <summary>The six digits as a number; 0 for no division.</summary>
    public int Value { get; }

    /// <summary>Whether a place lies within this division. No division covers nothing, and nothing covers it.</summary>
    /// <param name="place">The place's division.</param>
    public bool Covers(RegionCode place)
    {
        var unit = Value % 10_000 == 0 ? 10_000 : Value % 100 == 0 ? 100 : 1;
        return Value != 0 && Value / unit == place.Value / unit;
    }

    /// <summary>The six digits.</summary>
    public override string ToString() => Value.ToString("D6", CultureInfo.InvariantCulture);

    /// <summary>Reads six ASCII digits.</summary>
    /// <param name="utf8">The text; any content.</param>
    /// <param name="region">The division; default on failure.</param>
    /// <returns>False for anything else.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out RegionCode region)
    {
        region = default;
        if (utf8.Length != Length || utf8.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        var value = 0;
        foreach (var digit in utf8)
        {
            value = value * 10 + (digit - '0');
        }

        if (value < ValueMin)
        {
            return false;
        }

        region = new RegionCode(value);
        return true;
    }
}
