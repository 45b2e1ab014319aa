using Google.Protobuf.WellKnownTypes;
using YiMaTong.Issuing.Citizens;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;
using Wire = YiMaTong.Contracts.Platform.V1.Incident;
using WireKind = YiMaTong.Contracts.Common.V1.IncidentKind;

namespace YiMaTong.Issuing.Incidents;

/// <summary>Between the operator's form and the record. Thread-safe.</summary>
internal static class IncidentForm
{
    public const int IdMax = 64;

    private const int RegionMax = 64;
    private const int TextMax = 500;

    /// <summary>Reads a form; the record is null where a field is at fault.</summary>
    /// <param name="form">The form.</param>
    /// <param name="known">The incident of that id, if any: its kind decides on the platform's words.</param>
    public static (Outcome Outcome, Incident? Incident) Read(Wire form, Incident? known)
    {
        var check = new FieldCheck();
        check.Require("incidentId", Fields.IsId(form.IncidentId, Fields.LowerId, IdMax));
        check.Require("region", Fields.IsText(form.Region, RegionMax));
        check.Require("sceneKinds", ClaimScope.TryReadKinds(form.SceneKinds, out var kinds));
        check.Require("textZh", Fields.IsText(form.TextZh, TextMax));
        check.Require("textEn", Fields.IsText(form.TextEn, TextMax));
        var kind = known?.Kind ?? IncidentKind.Manual;
        return check.Outcome.IsOk
            ? (Outcome.Ok, new Incident
            {
                Id = form.IncidentId,
                Kind = kind,
                Region = form.Region,
                SceneKinds = kinds,
                TextZh = string.IsNullOrWhiteSpace(form.TextZh) ? IncidentTexts.Chinese(kind) : form.TextZh,
                TextEn = string.IsNullOrWhiteSpace(form.TextEn) ? IncidentTexts.English(kind) : form.TextEn,
                Sms = form.Sms,
            })
            : (check.Outcome, null);
    }

    public static Wire Write(Incident incident) => new()
    {
        IncidentId = incident.Id,
        Region = incident.Region,
        SceneKinds = { ClaimScope.Letters(incident.SceneKinds) },
        TextZh = incident.TextZh,
        TextEn = incident.TextEn,
        Sms = incident.Sms,
        Kind = (WireKind)incident.Kind,
        OpenedAt = incident.OpenedAt.ToTimestamp(),
        ClosedAt = incident.ClosedAt?.ToTimestamp(),
    };
}
