using System.Text.Json.Serialization;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Incidents;

/// <summary>
/// Something that citizens are told of (clause 7.2.2). Immutable. Its JSON form is the content of incidents.json and
/// frozen.
/// </summary>
internal sealed record Incident
{
    public required string Id { get; init; }

    public required IncidentKind Kind { get; init; }

    public string Region { get; init; } = "";

    /// <summary>Kinds of scene, bit 0 is Annex A's a.</summary>
    public required int SceneKinds { get; init; }

    public DateTimeOffset OpenedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public required string TextZh { get; init; }

    public required string TextEn { get; init; }

    /// <summary>Whether citizens get an SMS.</summary>
    public bool Sms { get; init; }

    /// <summary>Rises with every change, from 1.</summary>
    public long Version { get; init; } = 1;

    [JsonIgnore]
    public bool IsOpen => ClosedAt is null;

    public static Incident Of(IncidentRow row) => new()
    {
        Id = row.IncidentId,
        Kind = row.Kind,
        Region = row.Region,
        SceneKinds = row.SceneKinds,
        OpenedAt = row.OpenedAt,
        ClosedAt = row.ClosedAt,
        TextZh = row.TextZh,
        TextEn = row.TextEn,
        Sms = row.Sms,
        Version = row.Version,
    };

    /// <summary>Copies what the record holds; how far its SMS have come stays as it is.</summary>
    public void CopyTo(IncidentRow row)
    {
        row.Kind = Kind;
        row.Region = Region;
        row.SceneKinds = SceneKinds;
        row.OpenedAt = OpenedAt;
        row.ClosedAt = ClosedAt;
        row.TextZh = TextZh;
        row.TextEn = TextEn;
        row.Sms = Sms;
        row.Version = Version;
    }
}
