using YiMaTong.Issuing.Storage;
using YiMaTong.Rules;
using Proto = YiMaTong.Contracts.Platform.V1;

namespace YiMaTong.Issuing.Platform;

/// <summary>A tag of the catalogue between the interface and the database.</summary>
internal static class TagForm
{
    private const int IconMaxLength = 256;
    private const int ColorMax = 255;

    /// <summary>Checks what can be checked without the database and the compiler.</summary>
    public static Outcome Check(Proto.TagDefinition form)
    {
        var check = new FieldCheck();
        check.Require("key", Fields.IsId(form.Key, Fields.LowerId, 32));
        if (!check.Require("tag", form.Tag is not null))
        {
            return check.Outcome;
        }

        check.Require("tag.icon", Fields.IsText(form.Tag!.Icon, IconMaxLength));
        check.Require("tag.no", form.Tag.No is >= 1 and <= TagNumbers.Max);
        check.Require("tag.text", Fields.IsName(form.Tag.Text, 32));
        check.Require("tag.backgroundColor", form.Tag.BackgroundColor is >= 0 and <= ColorMax);
        check.Require("tag.fontColor", form.Tag.FontColor is >= 0 and <= ColorMax);
        check.Require("rule", form.Rule.Length <= RuleCompiler.MaxLength);
        check.Require("state", Registration.IsKnown(form.State));
        return check.Outcome;
    }

    /// <summary>Fills the row from a checked form.</summary>
    public static void Read(Proto.TagDefinition form, TagDefinition row)
    {
        row.Text = form.Tag.Text;
        row.Icon = form.Tag.Icon;
        row.BackgroundColor = form.Tag.BackgroundColor;
        row.FontColor = form.Tag.FontColor;
        row.Rule = RuleOf(form);
        row.Active = Registration.IsActive(form.State);
    }

    /// <summary>The rule; a blank one is none.</summary>
    public static string RuleOf(Proto.TagDefinition form) => string.IsNullOrWhiteSpace(form.Rule) ? "" : form.Rule;

    /// <summary>The tag as it is shown.</summary>
    public static Proto.TagDefinition Write(TagDefinition row) => new()
    {
        Key = row.Key,
        Tag = new Contracts.Common.V1.Tag
        {
            Icon = row.Icon,
            No = row.Number,
            Text = row.Text,
            BackgroundColor = row.BackgroundColor,
            FontColor = row.FontColor,
        },
        Rule = row.Rule,
        State = Registration.Of(row.Active),
    };
}
