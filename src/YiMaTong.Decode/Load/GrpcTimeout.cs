namespace YiMaTong.Decode.Load;

/// <summary>
/// Reads the time that a gRPC caller gives its call: header <c>grpc-timeout</c>, at most 8 digits and a unit.
/// </summary>
internal static class GrpcTimeout
{
    /// <summary>Reads it.</summary>
    /// <param name="headers">The call's headers.</param>
    /// <param name="frequency">Ticks in a second.</param>
    /// <param name="ticks">The time, in ticks.</param>
    /// <returns>False for a call without one, or one that is no such text.</returns>
    public static bool TryRead(IHeaderDictionary headers, long frequency, out long ticks)
    {
        var header = headers.GrpcTimeout;
        ticks = 0;
        return header.Count == 1 && TryParse(header[0], frequency, out ticks);
    }

    /// <summary>Parses the header's text.</summary>
    public static bool TryParse(string? text, long frequency, out long ticks)
    {
        ticks = 0;
        if (text is not { Length: >= 2 and <= 9 })
        {
            return false;
        }

        long number = 0;
        foreach (var digit in text.AsSpan(0, text.Length - 1))
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            number = (number * 10) + (digit - '0');
        }

        var seconds = text[^1] switch
        {
            'H' => 3600.0,
            'M' => 60,
            'S' => 1,
            'm' => 1e-3,
            'u' => 1e-6,
            'n' => 1e-9,
            _ => double.NaN,
        };
        if (double.IsNaN(seconds))
        {
            return false;
        }

        ticks = (long)(number * seconds * frequency);
        return true;
    }
}
