namespace YiMaTong.Codes.Emergency;

/// <summary>
/// What an issuer signs: what its holder may do, where, and until when. It holds no name, no number and no handle; the
/// status index is all by which issuing finds the person again.
/// </summary>
/// <param name="Region">Where the code counts (CWT <c>aud</c>).</param>
/// <param name="NotBefore">Second of the Unix epoch from which it counts (CWT <c>nbf</c>).</param>
/// <param name="Expires">Second of the Unix epoch from which it counts no more (CWT <c>exp</c>).</param>
/// <param name="Tags">Tags that its holder has: tag n where bit n-1 is set.</param>
/// <param name="SceneKinds">Kinds of scene where it counts: bit 0 is Annex A's letter a, bit 10 is k.</param>
/// <param name="StatusList">Number of the status list, 0 to 255.</param>
/// <param name="StatusIndex">Its place in that list, 0 to 16,777,215.</param>
public readonly record struct EmergencyGrant(
    RegionCode Region,
    uint NotBefore,
    uint Expires,
    ulong Tags,
    ushort SceneKinds,
    byte StatusList,
    int StatusIndex)
{
    /// <summary>Number of kinds of scene.</summary>
    public const int SceneKindCount = 11;

    /// <summary>Places that a status list has at most.</summary>
    public const int StatusIndexMax = (1 << 24) - 1;

    /// <summary>Whether it counts in a kind of scene.</summary>
    /// <param name="sceneKind">0 to 10; 0 is Annex A's letter a. Any other number: no.</param>
    public bool Admits(int sceneKind) => (uint)sceneKind < SceneKindCount && (SceneKinds >> sceneKind & 1) != 0;
}
