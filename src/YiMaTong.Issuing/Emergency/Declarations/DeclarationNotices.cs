using YiMaTong.Issuing.Incidents;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// Tells citizens of declarations that are in force (clause 7.2.2): one incident for each, opened and closed with it.
/// What an operator closed by hand stays closed. For one caller at a time.
/// </summary>
internal sealed class DeclarationNotices(
    DeclarationBook declarations, IncidentBoard board, IncidentDesk desk, TimeProvider time)
{
    private const string Prefix = "emergency-";

    /// <summary>Opens, alters and closes what must be.</summary>
    public async Task ShowAsync(CancellationToken cancellationToken)
    {
        var now = (uint)time.GetUtcNow().ToUnixTimeSeconds();
        foreach (var record in declarations.All)
        {
            var known = board.Find(Prefix + record.Id);
            var over = record.IsOver(now);
            if (over && known is { IsOpen: true })
            {
                await desk.CloseAsync(known.Id, cancellationToken);
            }
            else if (!over && record.Start <= now && known is not { IsOpen: false })
            {
                var form = Form(record);
                if (known is null || known.TextZh != form.TextZh || known.TextEn != form.TextEn
                    || known.SceneKinds != form.SceneKinds || known.Region != form.Region)
                {
                    await desk.DeclareAsync(form with { Sms = known?.Sms ?? false }, cancellationToken);
                }
            }
        }
    }

    private static Incident Form(DeclarationRecord record) => new()
    {
        Id = Prefix + record.Id,
        Kind = IncidentKind.Manual,
        Region = record.Region,
        SceneKinds = record.SceneKinds,
        TextZh = record.TextZh.Length > 0 ? record.TextZh : IncidentTexts.Chinese(IncidentKind.Manual),
        TextEn = record.TextEn.Length > 0 ? record.TextEn : IncidentTexts.English(IncidentKind.Manual),
    };
}
