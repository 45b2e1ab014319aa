using System.Text;
using YiMaTong.Codes.Online;
using YiMaTong.Perf;

namespace YiMaTong.Load.Scenarios;

/// <summary>Writes codes and scan numbers as the fields of a scan.</summary>
internal static class CodeText
{
    /// <summary>Length in bytes of both fields.</summary>
    public const int ScanLength = 2 + OnlineCode.Length + 2 + ScanIdLength;

    private const int ScanIdLength = 8;

    /// <summary>Mints a code of a citizen and writes it with a scan number.</summary>
    /// <param name="city">The city.</param>
    /// <param name="citizen">Index of the citizen.</param>
    /// <param name="number">Number of the scan.</param>
    /// <param name="tag">Protobuf tag of the code's field; the scan number's is the next.</param>
    /// <param name="target">Room for <see cref="ScanLength"/> bytes.</param>
    public static void Write(City city, int citizen, int number, byte tag, Span<byte> target)
    {
        Span<char> text = stackalloc char[OnlineCode.Length];
        city.Mint(citizen, (uint)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), text);
        (target[0], target[1]) = (tag, OnlineCode.Length);
        Encoding.ASCII.GetBytes(text, target[2..]);
        var rest = target[(2 + OnlineCode.Length)..];
        (rest[0], rest[1]) = ((byte)(tag + 8), ScanIdLength);
        number.TryFormat(rest[2..], out _, "X8");
    }
}
