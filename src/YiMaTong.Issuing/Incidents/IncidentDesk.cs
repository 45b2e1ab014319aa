using System.Globalization;
using System.Security.Cryptography;
using YiMaTong.Issuing.Citizens;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Incidents;

/// <summary>Opens, alters and closes incidents: published first, kept second. Thread-safe.</summary>
internal sealed class IncidentDesk(
    IncidentBoard board, IncidentStore store, TimeProvider time, ILogger<IncidentDesk> log)
{
    /// <summary>Publishes an incident that the platform found; <see cref="IncidentStore.Save"/> has it kept.</summary>
    /// <param name="kind">Issuing or decode.</param>
    /// <param name="reason">For the log, without a person in it.</param>
    /// <param name="sms">Whether citizens get an SMS.</param>
    public void Open(IncidentKind kind, string reason, bool sms)
    {
        var salt = RandomNumberGenerator.GetHexString(4, lowercase: true);
        var id = string.Create(
            CultureInfo.InvariantCulture, $"{Prefix(kind)}{time.GetUtcNow():yyyyMMdd-HHmmss}-{salt}");
        board.Put(new Incident
        {
            Id = id,
            Kind = kind,
            SceneKinds = ClaimScope.AllKinds,
            TextZh = IncidentTexts.Chinese(kind),
            TextEn = IncidentTexts.English(kind),
            Sms = sms,
        });
        log.Opened(id, reason);
    }

    /// <summary>Closes the incidents of a kind that the platform found; kept as those that it opens.</summary>
    public void Close(IncidentKind kind)
    {
        foreach (var incident in board.All.Where(incident => incident.IsOpen && incident.Kind == kind).ToList())
        {
            board.Close(incident.Id);
            log.Closed(incident.Id);
        }
    }

    /// <summary>Declares an operator's incident, or alters an open one.</summary>
    /// <returns>The incident, null where it is closed; and whether it would outlive a restart.</returns>
    public async Task<(Incident? Incident, bool Kept)> DeclareAsync(Incident form, CancellationToken cancellationToken)
    {
        var isNew = board.Find(form.Id) is null;
        var incident = board.Put(form);
        if (incident is not null && isNew)
        {
            log.Opened(incident.Id, "declared by an operator");
        }

        return (incident, incident is not null && await store.SaveAsync(cancellationToken));
    }

    /// <summary>Closes one incident.</summary>
    /// <returns>The incident, null where there is none; and whether that would outlive a restart.</returns>
    public async Task<(Incident? Incident, bool Kept)> CloseAsync(string id, CancellationToken cancellationToken)
    {
        var wasOpen = board.Find(id) is { IsOpen: true };
        var incident = board.Close(id);
        if (incident is not null && wasOpen)
        {
            log.Closed(id);
        }

        return (incident, incident is not null && await store.SaveAsync(cancellationToken));
    }

    private static string Prefix(IncidentKind kind) => kind == IncidentKind.Decode ? "decode-" : "issuing-";
}
