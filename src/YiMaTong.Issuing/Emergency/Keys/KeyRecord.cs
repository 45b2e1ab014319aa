using System.Globalization;
using System.Text.Json.Serialization;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Trust;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// A key of the set with its terms, all in seconds of the Unix epoch. Immutable. Its JSON form is the content of
/// keys.json and frozen.
/// </summary>
/// <param name="X">First coordinate.</param>
/// <param name="Y">Second coordinate.</param>
/// <param name="Uses">What it signs.</param>
/// <param name="NotBefore">From when on it signs.</param>
/// <param name="NotAfter">Last second at which what it signed counts.</param>
/// <param name="RevokedAt">When it was revoked.</param>
internal sealed record KeyRecord(
    byte[] X, byte[] Y, EmergencyKeyUses Uses, uint NotBefore, uint NotAfter, uint? RevokedAt)
{
    /// <summary>What signs codes.</summary>
    public const EmergencyKeyUses Codes = EmergencyKeyUses.Codes;

    /// <summary>What signs documents: a leaked key of codes declares nothing and clears nothing.</summary>
    public const EmergencyKeyUses Documents =
        EmergencyKeyUses.StatusLists | EmergencyKeyUses.Declarations | EmergencyKeyUses.TagCatalogue;

    /// <summary>The key's name.</summary>
    [JsonIgnore]
    public EmergencyKeyId Id { get; } = EmergencyKeyId.Of(X, Y);

    /// <summary>Whether it signs at a moment, unless a newer one does.</summary>
    public bool MaySign(uint now) => RevokedAt is null && NotBefore <= now && now <= NotAfter;

    /// <summary>As the set holds it.</summary>
    public EmergencyKey ToKey() => EmergencyPublicKey.TryCreate(X, Y, out var key)
        ? new EmergencyKey(key, NotBefore, NotAfter, Uses, RevokedAt is not null)
        : throw new InvalidDataException(
            string.Create(CultureInfo.InvariantCulture, $"keys.json: key {Id} is no point of P-256."));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(KeyRecord[]))]
internal sealed partial class KeyJson : JsonSerializerContext;
