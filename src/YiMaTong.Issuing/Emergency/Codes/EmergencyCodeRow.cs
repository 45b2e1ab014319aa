using YiMaTong.Codes.Emergency;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// A code that was issued: all by which a person is found again from a place in a status list. It is deleted some time
/// after the code's end, and its place is given again. It holds no name, no number and no phone's key.
/// </summary>
internal sealed class EmergencyCodeRow
{
    public long Id { get; set; }

    public long CitizenId { get; set; }

    public EmergencyForm Form { get; set; }

    /// <summary>Number of the status list.</summary>
    public byte StatusList { get; set; }

    /// <summary>Place in it.</summary>
    public int StatusIndex { get; set; }

    /// <summary>Kinds of scene, bit 0 is Annex A's a.</summary>
    public int SceneKinds { get; set; }

    /// <summary>When it begins to count; whole seconds.</summary>
    public DateTimeOffset IssuedAt { get; set; }

    /// <summary>When it counts no more; whole seconds.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}
