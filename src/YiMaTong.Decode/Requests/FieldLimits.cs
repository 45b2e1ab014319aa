using System.Text;
using YiMaTong.Codes.Returns;
using YiMaTong.Codes.Time;

namespace YiMaTong.Decode.Requests;

/// <summary>Form of request fields: what is missing or oversized is named in the answer (PY1001).</summary>
internal static class FieldLimits
{
    /// <summary>Longest merchant id and device number, in characters.</summary>
    public const int IdMax = 64;

    /// <summary>Longest text of a code, in characters.</summary>
    public const int CodeMax = 512;

    /// <summary>Longest scan id, in bytes of UTF-8.</summary>
    public const int ScanIdMax = 64;

    /// <summary>Most scans in a batch or a frame.</summary>
    public const int ScansMax = 256;

    /// <summary>Longest signature, in characters of Base64: RSA keys of up to 8,192 bits.</summary>
    public const int SignMax = 1_400;

    /// <summary>Length of a time, in characters.</summary>
    public const int TimeLength = 14;

    /// <summary>Whether a required text is there and not oversized.</summary>
    public static bool Fits(string value, int max) => value.Length > 0 && value.Length <= max;

    /// <summary>Whether a required text in UTF-8 is there and not oversized.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="max">Most UTF-16 characters, of which no text has more than bytes.</param>
    public static bool Fits(ReadOnlySpan<byte> utf8, int max) =>
        utf8.Length > 0 && (utf8.Length <= max || Encoding.UTF8.GetCharCount(utf8) <= max);

    /// <summary>Whether a text is 14 digits and a real time.</summary>
    public static bool IsTime(string value) => value.Length == TimeLength && WireTime.TryParseCompact(value, out _);

    /// <summary>The text of PY1001 for a field.</summary>
    public static string Message(string field) => $"{PyCodes.BadParameter.Message}: {field}";
}
