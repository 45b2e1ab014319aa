using System.Text;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Codes.Masks;
using YiMaTong.Issuing.Storage;
using Wire = YiMaTong.Contracts.Feed.V1;

namespace YiMaTong.Issuing.Feed;

/// <summary>
/// Turns citizens into records of the feed. A node learns a starred name or number only of a citizen who agreed that
/// scenes may: what is not sent cannot leak. Thread-safe.
/// </summary>
internal sealed class SubjectRecords(FieldSealer sealer)
{
    private const int ConcealNameBytesMax = 192;

    /// <summary>Turns a page of citizens into records, in their order. Costs one query for all of them.</summary>
    public async Task<List<Wire.Entity>> Of(
        IssuingDbContext db, IReadOnlyList<Citizen> citizens, CancellationToken cancellationToken)
    {
        var ids = citizens.Select(citizen => citizen.Id).ToList();
        var rows = await db.Consents.AsNoTracking()
            .Where(consent => ids.Contains(consent.CitizenId) && consent.ChannelId == null && consent.EndedAt == null)
            .OrderBy(consent => consent.Id)
            .ToListAsync(cancellationToken);
        var claims = new Dictionary<long, Consent>(rows.Count);
        foreach (var row in rows)
        {
            claims[row.CitizenId] = row;
        }

        return citizens.Select(citizen => Of(citizen, claims.GetValueOrDefault(citizen.Id))).ToList();
    }

    private Wire.Entity Of(Citizen citizen, Consent? claim)
    {
        var record = new Wire.SubjectRecord
        {
            Handle = citizen.Handle,
            State = StateOf(citizen.State),
            ValidFrom = citizen.ValidFrom,
            Tags = citizen.Tags,
            Attributes = citizen.Attributes,
        };
        if (claim is not null && citizen.RealNameVerified)
        {
            AddClaim(record, citizen, claim);
        }

        return new Wire.Entity { Revision = (ulong)citizen.Revision, Subject = record };
    }

    private void AddClaim(Wire.SubjectRecord record, Citizen citizen, Consent claim)
    {
        var fields = FeedFields.Parse(claim.Scopes);
        record.SceneKinds = (uint)claim.SceneKinds;
        record.Fields = (uint)fields;
        record.ConsentUntil = claim.Until is { } until ? SecondsOf(until) : 0;
        if ((fields & FeedFields.ConcealName) != 0)
        {
            var name = Mask.Name(sealer.Open(SealedColumns.CitizenName, citizen.NameSealed));
            record.ConcealName = Encoding.UTF8.GetByteCount(name) <= ConcealNameBytesMax ? name : "*";
        }

        if ((fields & FeedFields.ConcealCard) != 0)
        {
            record.ConcealCard = Mask.Card(sealer.Open(SealedColumns.CitizenIdNumber, citizen.IdNumberSealed));
        }
    }

    // Rounded down, so that a node never honours a consent longer than given; 0 would mean that it never ends.
    private static uint SecondsOf(DateTimeOffset until) =>
        (uint)Math.Clamp(until.ToUnixTimeSeconds(), 1, uint.MaxValue);

    private static Wire.SubjectState StateOf(CitizenState state) => state switch
    {
        CitizenState.Active => Wire.SubjectState.Active,
        CitizenState.Frozen => Wire.SubjectState.Frozen,
        CitizenState.Closed => Wire.SubjectState.Closed,
        _ => throw new InvalidOperationException($"Citizen state {(int)state} has no name in the feed."),
    };
}
