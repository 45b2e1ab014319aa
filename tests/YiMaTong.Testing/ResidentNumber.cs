using System.Globalization;
using System.Security.Cryptography;

namespace YiMaTong.Testing;

/// <summary>
/// Synthetic resident identity numbers (GB 11643): region, birth date, sequence and the check digit of ISO 7064
/// MOD 11-2. The region 990000 is assigned to nobody, so no number made here belongs to a person.
/// </summary>
public static class ResidentNumber
{
    /// <summary>The unassigned region that the simulated real-name authority accepts.</summary>
    public const string SyntheticRegion = "990000";

    private const string CheckDigits = "10X98765432";

    /// <summary>Makes the number with its check digit.</summary>
    /// <param name="birth">Date of birth.</param>
    /// <param name="sequence">0 to 999.</param>
    /// <param name="region">Six digits.</param>
    public static string Create(DateOnly birth, int sequence, string region = SyntheticRegion)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sequence, 999);
        var body = string.Create(CultureInfo.InvariantCulture, $"{region}{birth:yyyyMMdd}{sequence:D3}");
        return body + CheckDigit(body);
    }

    /// <summary>
    /// A number drawn at random with a birth date from 1901 to 1928: older than any citizen of the demonstration, so
    /// that a test's citizen is nobody else's.
    /// </summary>
    public static string Next(string region = SyntheticRegion) => Create(
        new DateOnly(1901, 1, 1).AddDays(RandomNumberGenerator.GetInt32(10_000)),
        RandomNumberGenerator.GetInt32(1_000),
        region);

    /// <summary>The check digit of the first 17 digits: 0 to 9 or X.</summary>
    public static char CheckDigit(string first17)
    {
        var sum = 0;
        foreach (var digit in first17)
        {
            sum = (sum + (digit - '0')) * 2 % 11;
        }

        return CheckDigits[sum];
    }
}
