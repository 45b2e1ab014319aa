namespace YiMaTong.Codes.Time;

/// <summary>The standard's two time formats, both in UTC+8. Thread-safe.</summary>
public static class WireTime
{
    /// <summary>yyyy-MM-dd HH:mm:ss, as serverTime is printed.</summary>
    public static string ServerTime(DateTimeOffset instant) => throw new NotImplementedException();

    /// <summary>yyyyMMddHHmmss, as time is sent in B.4 and B.5.</summary>
    public static string Compact(DateTimeOffset instant) => throw new NotImplementedException();

    /// <summary>Reads yyyyMMddHHmmss; exactly 14 ASCII digits and a real date.</summary>
    public static bool TryParseCompact(ReadOnlySpan<char> text, out DateTimeOffset instant) => throw new NotImplementedException();
}
