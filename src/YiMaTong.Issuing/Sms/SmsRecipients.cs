using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Sms;

/// <summary>
/// Who gets an SMS (clause 7.2.2): active citizens with a phone number whose claim of the code stands and covers a kind
/// of scene that the incident concerns. They are listed page by page, so that a city of millions never lies in memory
/// or in one transaction. Thread-safe.
/// </summary>
internal sealed class SmsRecipients(
    IDbContextFactory<IssuingDbContext> contexts, ChangeWriter writer, FieldSealer sealer, TimeProvider time)
{
    /// <summary>Citizens looked at in one transaction: other writers wait for some milliseconds only.</summary>
    public const int PageSize = 500;

    // A name that no certificate type has, so the hash never meets that of a certificate.
    private const string PhoneHashType = "phone";

    /// <summary>Looks at the next page of citizens and puts those who are to be told into the outbox.</summary>
    /// <returns>
    /// Whether all citizens have been looked at; true as well where the database knows no such incident.
    /// </returns>
    public async Task<bool> ListPageAsync(string incidentId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var incident = await db.Incidents.AsNoTracking()
            .SingleOrDefaultAsync(row => row.IncidentId == incidentId, cancellationToken);
        if (incident is not { SmsListed: false })
        {
            return true;
        }

        var ids = await db.Citizens.Where(citizen => citizen.Id > incident.SmsCursor)
            .OrderBy(citizen => citizen.Id).Take(PageSize).Select(citizen => citizen.Id)
            .ToListAsync(cancellationToken);
        var phones = await PhonesAsync(ids, incident.SceneKinds, cancellationToken);
        var (cursor, listed) = (ids.Count > 0 ? ids[^1] : incident.SmsCursor, ids.Count < PageSize);
        var due = time.GetUtcNow().ToUnixTimeMilliseconds();
        await writer.WriteAsync(
            async unit =>
            {
                foreach (var (id, phone) in phones)
                {
                    // The index over incident and phone makes a number that several citizens share ring once.
                    await unit.Db.Database.ExecuteSqlAsync(
                        $"""
                        INSERT INTO sms_outbox (incident_id, citizen_id, phone_hash, state, attempts, due_at)
                        VALUES ({incidentId}, {id}, {HashOf(phone)}, {(int)SmsState.Waiting}, 0, {due})
                        ON CONFLICT (incident_id, phone_hash) DO NOTHING
                        """,
                        cancellationToken);
                }

                await unit.Db.Incidents.Where(row => row.IncidentId == incidentId).ExecuteUpdateAsync(
                    row => row.SetProperty(to => to.SmsCursor, cursor).SetProperty(to => to.SmsListed, listed),
                    cancellationToken);
            },
            cancellationToken);
        return listed;
    }

    /// <summary>Opens the numbers of those of these citizens who are to be told.</summary>
    public async Task<IReadOnlyDictionary<long, string>> PhonesAsync(
        IReadOnlyCollection<long> citizenIds, int sceneKinds, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Citizens.AsNoTracking()
            .Where(citizen => citizenIds.Contains(citizen.Id) && citizen.State == CitizenState.Active
                && citizen.PhoneSealed != null
                && db.Consents.Any(entry => entry.CitizenId == citizen.Id && entry.ChannelId == null
                    && entry.EndedAt == null && (entry.Until == null || entry.Until > now)
                    && (entry.SceneKinds & sceneKinds) != 0))
            .Select(citizen => new { citizen.Id, citizen.PhoneSealed })
            .ToListAsync(cancellationToken);
        var phones = new Dictionary<long, string>(rows.Count);
        foreach (var row in rows)
        {
            try
            {
                phones[row.Id] = sealer.Open(SealedColumns.CitizenPhone, row.PhoneSealed);
            }
            catch (CryptographicException)
            {
                // One damaged field must not keep the rest of a city from being told; that citizen is left out.
                continue;
            }
        }

        return phones;
    }

    /// <summary>Keyed hash of a number: what the outbox keeps of it.</summary>
    public byte[] HashOf(string phone) => sealer.LookupHash(PhoneHashType, phone);
}
