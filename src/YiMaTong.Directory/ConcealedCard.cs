using System.Text;

namespace YiMaTong.Directory;

/// <summary>A starred number: its first and last character; zero in both for none.</summary>
internal readonly struct ConcealedCard
{
    /// <summary>Stars between the two, whatever the number's length.</summary>
    public const int Stars = 14;

    private readonly uint _first;
    private readonly uint _last;

    public ConcealedCard(ReadOnlySpan<char> card)
    {
        if (card.IsEmpty)
        {
            return;
        }

        // A lone half of a surrogate pair becomes U+FFFD, as everywhere in .NET.
        Rune.DecodeFromUtf16(card, out var first, out _);
        Rune.DecodeLastFromUtf16(card, out var last, out _);
        _first = (uint)first.Value;
        _last = (uint)last.Value;
    }

    private bool IsEmpty => (_first | _last) == 0;

    public bool TryCopy(Span<byte> utf8, out int written)
    {
        written = 0;
        if (IsEmpty)
        {
            return true;
        }

        var (first, last) = (new Rune(_first), new Rune(_last));
        var length = first.Utf8SequenceLength + Stars + last.Utf8SequenceLength;
        if (utf8.Length < length)
        {
            return false;
        }

        var at = first.EncodeToUtf8(utf8);
        utf8.Slice(at, Stars).Fill((byte)'*');
        last.EncodeToUtf8(utf8[(at + Stars)..]);
        written = length;
        return true;
    }

    public override string ToString() =>
        IsEmpty ? "" : string.Concat(new Rune(_first).ToString(), new string('*', Stars), new Rune(_last).ToString());
}
