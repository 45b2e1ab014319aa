using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// A declaration as operators know it; seconds of the Unix epoch. Immutable. Its JSON form is the content of
/// declarations.json and frozen.
/// </summary>
internal sealed record DeclarationRecord
{
    /// <summary>The operator's id.</summary>
    public required string Id { get; init; }

    public required string Region { get; init; }

    /// <summary>Kinds of scene, bit 0 is Annex A's a.</summary>
    public required int SceneKinds { get; init; }

    public required uint Start { get; init; }

    public required uint End { get; init; }

    public string TextZh { get; init; } = "";

    public string TextEn { get; init; } = "";

    /// <summary>Rises with every change of what is signed.</summary>
    public uint Revision { get; init; }

    /// <summary>The id that gates see: half of the digest of the operator's.</summary>
    [JsonIgnore]
    public Guid DeclarationId =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"emergency {Id}")).AsSpan(0, 16), bigEndian: true);

    public bool IsOver(uint now) => End <= now || End == Start;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DeclarationRecord[]))]
internal sealed partial class DeclarationJson : JsonSerializerContext;
