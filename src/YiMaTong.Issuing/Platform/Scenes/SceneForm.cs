using YiMaTong.Issuing.Storage;
using YiMaTong.Rules;
using Proto = YiMaTong.Contracts.Platform.V1;

namespace YiMaTong.Issuing.Platform;

/// <summary>A scene between the interface and the database.</summary>
internal static class SceneForm
{
    // A scene without a list of tags may learn all, those of tomorrow too.
    private const ulong AllTags = ulong.MaxValue;

    /// <summary>Checks what can be checked without the database and fills the row.</summary>
    public static Outcome Read(Proto.Scene form, Scene row)
    {
        var check = new FieldCheck();
        check.Require("sceneId", Fields.IsId(form.SceneId, Fields.LowerId, 64));
        check.Require("name", Fields.IsName(form.Name, 64));
        check.Require("kind", form.Kind is [>= 'a' and <= 'k']);
        check.Require("qrcodeTypes", CodeTypes.TryRead(form.QrcodeTypes, out var types));
        check.Require("fields", form.Fields.All(name => FeedFields.BitOf(name) != 0));
        check.Require("tagNumbers", TagNumbers.TryToBits(form.TagNumbers, out var tags));
        check.Require("admissionRule", form.AdmissionRule.Length <= RuleCompiler.MaxLength);
        check.Require("route", Fields.IsText(form.Route, 64));
        check.Require("state", Registration.IsKnown(form.State));
        if (!check.Outcome.IsOk)
        {
            return check.Outcome;
        }

        row.SceneId = form.SceneId;
        row.Name = form.Name;
        row.Kind = form.Kind[0] - 'a';
        row.QrcodeTypes = types;
        row.SingleUse = form.SingleUse;
        row.Fields = form.Fields.Aggregate(0, (bits, name) => bits | FeedFields.BitOf(name));
        row.Tags = tags != 0 ? tags : (row.Fields & FeedFields.Tags) != 0 ? AllTags : 0;
        row.AdmissionRule = string.IsNullOrWhiteSpace(form.AdmissionRule) ? "" : form.AdmissionRule;
        row.Route = form.Route;
        row.MaxStalenessMs = form.MaxStalenessMs;
        row.Active = Registration.IsActive(form.State);
        return Outcome.Ok;
    }

    /// <summary>The scene as it is shown.</summary>
    public static Proto.Scene Write(Scene row)
    {
        var form = new Proto.Scene
        {
            SceneId = row.SceneId,
            Name = row.Name,
            Kind = ((char)('a' + row.Kind)).ToString(),
            SingleUse = row.SingleUse,
            AdmissionRule = row.AdmissionRule,
            Route = row.Route,
            MaxStalenessMs = (uint)row.MaxStalenessMs,
            State = Registration.Of(row.Active),
        };
        form.QrcodeTypes.AddRange(row.QrcodeTypes.Split(' '));
        form.Fields.AddRange(FeedFields.ToNames(row.Fields));
        if (row.Tags != AllTags)
        {
            form.TagNumbers.AddRange(TagNumbers.FromBits(row.Tags));
        }

        return form;
    }
}
