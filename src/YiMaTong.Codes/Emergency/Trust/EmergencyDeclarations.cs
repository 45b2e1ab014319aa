using System.Collections.Immutable;

namespace YiMaTong.Codes.Emergency.Trust;

/// <summary>
/// The declarations that a gate holds, the newest revision of each. Immutable: taking one in makes another instance.
/// Thread-safe.
/// </summary>
public sealed class EmergencyDeclarations
{
    /// <summary>Declarations that are held at most.</summary>
    public const int CountMax = 256;

    private readonly ImmutableDictionary<Guid, EmergencyDeclaration> _byId;

    private EmergencyDeclarations(ImmutableDictionary<Guid, EmergencyDeclaration> byId) => _byId = byId;

    /// <summary>No declaration.</summary>
    public static EmergencyDeclarations Empty { get; } = new(ImmutableDictionary<Guid, EmergencyDeclaration>.Empty);

    /// <summary>All of them, in no order.</summary>
    public IEnumerable<EmergencyDeclaration> All => _byId.Values;

    /// <summary>The best standing that any of them gives.</summary>
    /// <param name="place">Where the gate stands.</param>
    /// <param name="sceneKind">Kind of its scene, 0 to 10.</param>
    /// <param name="now">Second of the Unix epoch by its clock.</param>
    /// <param name="skewSeconds">Tolerated difference of clocks in seconds.</param>
    public DeclarationStanding StandingAt(RegionCode place, int sceneKind, uint now, int skewSeconds)
    {
        var best = DeclarationStanding.NotDeclared;
        foreach (var (_, declaration) in _byId)
        {
            var standing = declaration.StandingAt(place, sceneKind, now, skewSeconds);
            best = standing > best ? standing : best;
        }

        return best;
    }

    /// <summary>Takes in a declaration. Never throws for any bytes.</summary>
    /// <param name="document">The document; any content.</param>
    /// <param name="keys">The key set.</param>
    /// <param name="next">The new state; this one unless the answer is <see cref="DocumentStatus.Accepted"/>.</param>
    public DocumentStatus Accept(ReadOnlySpan<byte> document, EmergencyKeySet keys, out EmergencyDeclarations next)
    {
        ArgumentNullException.ThrowIfNull(keys);
        next = this;
        var status = SignedDocument.Open(document, DocumentKind.Declaration, keys, out var frame, out var key);
        if (status != DocumentStatus.Accepted)
        {
            return status;
        }

        if (!EmergencyDeclaration.TryRead(frame.Payload, out var declaration))
        {
            return DocumentStatus.Malformed;
        }

        if (!key!.IsValidAt(declaration!.IssuedAt, 0))
        {
            return DocumentStatus.KeyOutOfTime;
        }

        if (_byId.TryGetValue(declaration.Id, out var held) && declaration.Revision <= held.Revision)
        {
            return declaration.Revision < held.Revision ? DocumentStatus.RolledBack
                : declaration == held ? DocumentStatus.Unchanged : DocumentStatus.Conflicting;
        }

        if (held is null && _byId.Count >= CountMax)
        {
            return DocumentStatus.TooLarge;
        }

        next = new EmergencyDeclarations(_byId.SetItem(declaration.Id, declaration));
        return DocumentStatus.Accepted;
    }

    /// <summary>Without those that ended before a moment, so that the room does not fill up.</summary>
    /// <param name="second">Second of the Unix epoch; well before now, or an old revision could come back.</param>
    public EmergencyDeclarations Without(uint second) =>
        new(_byId.RemoveRange(_byId.Values.Where(held => held.End < second).Select(held => held.Id)));
}
