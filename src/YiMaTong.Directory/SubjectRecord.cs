using System.Runtime.InteropServices;

namespace YiMaTong.Directory;

/// <summary>What a decode node holds of one citizen: fixed size, no pointer, no full name, number or phone.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct SubjectRecord
{
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

    /// <summary>Keeps the starred name and number.</summary>
    public void SetConcealed(string name, string card) => throw new NotImplementedException();

    /// <summary>The starred name.</summary>
    public readonly string ConcealName() => throw new NotImplementedException();

    /// <summary>The starred number.</summary>
    public readonly string ConcealCard() => throw new NotImplementedException();
}
