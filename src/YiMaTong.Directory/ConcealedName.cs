using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace YiMaTong.Directory;

/// <summary>A starred name in 34 bytes: how many stars, and the last text element as UTF-8.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly struct ConcealedName
{
    private readonly byte _stars;
    private readonly byte _tailBytes;
    private readonly NameTail _tail;

    /// <summary>Keeps the last text element of a name and the number of those before it.</summary>
    public ConcealedName(ReadOnlySpan<char> name)
    {
        var elements = 0;
        ReadOnlySpan<char> last = default;
        for (var rest = name; !rest.IsEmpty; rest = rest[last.Length..])
        {
            last = rest[..StringInfo.GetNextTextElementLength(rest)];
            elements++;
        }

        // A one-character name is all star: its only character is the surname.
        if (elements == 1)
        {
            _stars = 1;
            return;
        }

        _stars = (byte)Math.Clamp(elements - 1, 0, byte.MaxValue);
        Span<byte> tail = stackalloc byte[NameTail.Size];

        // An element that does not fit is left out whole: half of it would be another character, or none.
        if (Utf8.FromUtf16(last, tail, out _, out var written) == System.Buffers.OperationStatus.Done)
        {
            tail[..written].CopyTo(_tail);
            _tailBytes = (byte)written;
        }
    }

    public bool TryCopy(Span<byte> utf8, out int written)
    {
        written = 0;
        if (utf8.Length < _stars + _tailBytes)
        {
            return false;
        }

        utf8[.._stars].Fill((byte)'*');
        ((ReadOnlySpan<byte>)_tail)[.._tailBytes].CopyTo(utf8[_stars..]);
        written = _stars + _tailBytes;
        return true;
    }

    public override string ToString() =>
        string.Concat(new string('*', _stars), Encoding.UTF8.GetString(((ReadOnlySpan<byte>)_tail)[.._tailBytes]));
}

/// <summary>Bytes of a name's last text element.</summary>
[InlineArray(Size)]
internal struct NameTail
{
    public const int Size = 32;

    private byte _first;
}
