using System.Text;

namespace YiMaTong.Load.Wire;

/// <summary>
/// HPACK (RFC 7541) for one connection's requests: the first request of a path puts its headers into the peer's dynamic
/// table, later ones name them by index, six bytes in all. No Huffman coding.
/// </summary>
internal sealed class HeaderBlocks(string authority)
{
    private const int FirstDynamicIndex = 62;
    private const byte MethodPost = 0x83;
    private const byte SchemeHttp = 0x86;

    private readonly List<(string Name, string Value)> _inserted = [];

    /// <summary>Writes the headers of a gRPC request.</summary>
    /// <returns>Number of bytes.</returns>
    public int Write(Span<byte> target, string path)
    {
        (target[0], target[1]) = (MethodPost, SchemeHttp);
        var length = 2;
        length += Field(target[length..], ":path", path);
        length += Field(target[length..], ":authority", authority);
        length += Field(target[length..], "content-type", "application/grpc");
        length += Field(target[length..], "te", "trailers");
        return length;
    }

    private int Field(Span<byte> target, string name, string value)
    {
        var place = _inserted.IndexOf((name, value));
        if (place >= 0)
        {
            target[0] = (byte)(0x80 | (FirstDynamicIndex + _inserted.Count - 1 - place));
            return 1;
        }

        _inserted.Add((name, value));
        target[0] = 0x40;
        var length = 1 + Text(target[1..], name);
        return length + Text(target[length..], value);
    }

    private static int Text(Span<byte> target, string text)
    {
        if (text.Length > 126)
        {
            throw new ArgumentException($"A header longer than 126 characters: {text}", nameof(text));
        }

        target[0] = (byte)text.Length;
        return 1 + Encoding.ASCII.GetBytes(text, target[1..]);
    }
}
