using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace YiMaTong.Directory;

/// <summary>What a decode node holds of one citizen: fixed size, no pointer, no full name, number or phone.</summary>
/// <remarks>
/// A starred name is kept as its count of stars and its last character, and a starred number as its two ends: a full
/// name or number handed in by mistake cannot be kept either.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct SubjectRecord
{
    /// <summary>Most bytes that <see cref="TryCopyConcealName"/> writes.</summary>
    public const int ConcealNameMaxBytes = byte.MaxValue + NameTail.Size;

    /// <summary>Most bytes that <see cref="TryCopyConcealCard"/> writes.</summary>
    public const int ConcealCardMaxBytes = 4 + ConcealedCard.Stars + 4;

    /// <summary>Revision of the last change.</summary>
    public ulong Revision;

    /// <summary>Tag n is held where bit n-1 is set.</summary>
    public ulong Tags;

    /// <summary>Attributes, laid out by YiMaTong.Rules.SubjectAttributes.</summary>
    public ulong Attributes;

    /// <summary>Codes issued before this second of the Unix epoch are void.</summary>
    public uint ValidFrom;

    /// <summary>Second of the Unix epoch at which the consent ends; 0 for never.</summary>
    public uint ConsentUntil;

    /// <summary>Kinds of scene consented to, bit 0 is Annex A's a.</summary>
    public uint SceneKinds;

    /// <summary>Fields consented to: bit 0 tags, 1 starred name, 2 starred number.</summary>
    public byte Fields;

    /// <summary>Whether codes are honoured.</summary>
    public SubjectState State;

    private ConcealedName _name;
    private ConcealedCard _card;

    /// <summary>Keeps the starred name and number.</summary>
    /// <param name="name">
    /// Stars and the last character (text element), as <c>*三</c>; every character but the last becomes a star, at most
    /// 255 of them; a last character of more than 32 bytes of UTF-8 is left out. Empty for none.
    /// </param>
    /// <param name="card">First character, stars, last character, as <c>5**************4</c>. Empty for none.</param>
    public void SetConcealed(string name, string card)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(card);
        _name = new ConcealedName(name);
        _card = new ConcealedCard(card);
    }

    /// <summary>The starred name; empty for none. Allocates the string.</summary>
    public readonly string ConcealName() => _name.ToString();

    /// <summary>The starred number; empty for none. Allocates the string.</summary>
    public readonly string ConcealCard() => _card.ToString();

    /// <summary>Writes the starred name as UTF-8 without allocating.</summary>
    /// <returns>False where <paramref name="utf8"/> is too short; nothing is written then.</returns>
    public readonly bool TryCopyConcealName(Span<byte> utf8, out int written) => _name.TryCopy(utf8, out written);

    /// <summary>Writes the starred number as UTF-8 without allocating.</summary>
    /// <returns>False where <paramref name="utf8"/> is too short; nothing is written then.</returns>
    public readonly bool TryCopyConcealCard(Span<byte> utf8, out int written) => _card.TryCopy(utf8, out written);

    /// <summary>Whether every byte is the same.</summary>
    internal static bool SameBytes(in SubjectRecord left, in SubjectRecord right) =>
        Bytes(in left).SequenceEqual(Bytes(in right));

    private static ReadOnlySpan<byte> Bytes(in SubjectRecord record) =>
        MemoryMarshal.CreateReadOnlySpan(
            ref Unsafe.As<SubjectRecord, byte>(ref Unsafe.AsRef(in record)), Unsafe.SizeOf<SubjectRecord>());
}
