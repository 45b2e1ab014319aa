namespace YiMaTong.Issuing.Storage;

/// <summary>A citizen. Name, number and phone are sealed; the key lies outside the database.</summary>
internal sealed class Citizen
{
    public long Id { get; set; }

    /// <summary>The subject handle: random, never 0, unique; stored as its 64 bits.</summary>
    public ulong Handle { get; set; }

    public required string IdType { get; set; }

    /// <summary>Keyed hash of type and number: the look-up key. Unique.</summary>
    public required byte[] IdNumberHash { get; set; }

    public required byte[] IdNumberSealed { get; set; }

    public required byte[] NameSealed { get; set; }

    public byte[]? PhoneSealed { get; set; }

    public bool RealNameVerified { get; set; }

    public CitizenState State { get; set; } = CitizenState.Active;

    /// <summary>Laid out by <c>SubjectAttributes</c>.</summary>
    public ulong Attributes { get; set; }

    /// <summary>Tags that rules gave; tag n is bit n-1.</summary>
    public ulong RuleTags { get; set; }

    /// <summary>Tags that operators gave by hand.</summary>
    public ulong HandTags { get; set; }

    /// <summary>Codes issued before this second of the Unix epoch are void.</summary>
    public uint ValidFrom { get; set; }

    public long Revision { get; set; }

    public ulong Tags => RuleTags | HandTags;
}
