using System.Text;
using Google.Protobuf.WellKnownTypes;
using YiMaTong.Codes.Emergency;
using YiMaTong.Issuing.Citizens;
using YiMaTong.Issuing.Platform;
using Wire = YiMaTong.Contracts.Platform.V1.Emergency;

namespace YiMaTong.Issuing.Emergency;

/// <summary>Between the operator's form and the record. Thread-safe.</summary>
internal static class DeclarationForm
{
    public const int IdMax = 48;

    private const int TextMax = 500;
    private const int DaysMax = 31;

    /// <summary>Reads a form; the record is null where a field is at fault.</summary>
    /// <param name="form">The form.</param>
    /// <param name="known">The declaration of that id, if any.</param>
    /// <param name="now">Second of the Unix epoch.</param>
    public static (Outcome Outcome, DeclarationRecord? Record) Read(Wire form, DeclarationRecord? known, uint now)
    {
        var check = new FieldCheck();
        check.Require("emergencyId", Fields.IsId(form.EmergencyId, Fields.LowerId, IdMax));
        check.Require("region", RegionCode.TryParse(Encoding.UTF8.GetBytes(form.Region), out _));
        check.Require("sceneKinds", ClaimScope.TryReadKinds(form.SceneKinds, out var kinds));
        var start = known?.Start ?? now;
        check.Require("start", form.Start is null || TryRead(form.Start, out start));
        uint end = 0;
        check.Require(
            "end",
            form.End is not null && TryRead(form.End, out end) && end > now && end > start
            && end - start <= DaysMax * 86_400);
        check.Require("textZh", Fields.IsText(form.TextZh, TextMax));
        check.Require("textEn", Fields.IsText(form.TextEn, TextMax));
        return check.Outcome.IsOk
            ? (Outcome.Ok, new DeclarationRecord
            {
                Id = form.EmergencyId,
                Region = form.Region,
                SceneKinds = kinds,
                Start = start,
                End = end,
                TextZh = form.TextZh,
                TextEn = form.TextEn,
            })
            : (check.Outcome, null);
    }

    public static Wire Write(DeclarationRecord record) => new()
    {
        EmergencyId = record.Id,
        Region = record.Region,
        SceneKinds = { ClaimScope.Letters(record.SceneKinds) },
        Start = new Timestamp { Seconds = record.Start },
        End = new Timestamp { Seconds = record.End },
        TextZh = record.TextZh,
        TextEn = record.TextEn,
        DeclarationId = Convert.ToHexStringLower(record.DeclarationId.ToByteArray(bigEndian: true)),
        Revision = record.Revision,
    };

    private static bool TryRead(Timestamp sent, out uint second)
    {
        second = sent.Seconds is > 0 and <= uint.MaxValue ? (uint)sent.Seconds : 0;
        return second != 0 && sent.Nanos == 0;
    }
}
