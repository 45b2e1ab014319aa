using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Sms;

/// <summary>What becomes of one row of the outbox.</summary>
/// <param name="Id">The row.</param>
/// <param name="State">Its new state; Waiting for another attempt.</param>
/// <param name="Attempts">Attempts in vain so far.</param>
/// <param name="DueAt">When it is due, where it waits.</param>
internal sealed record SmsMark(long Id, SmsState State, int Attempts, DateTimeOffset DueAt);

/// <summary>The outbox in the database. Thread-safe.</summary>
internal sealed class SmsQueue(
    IDbContextFactory<IssuingDbContext> contexts, ChangeWriter writer, IOptions<SmsOptions> options, TimeProvider time)
{
    /// <summary>Names a message to the gateway: the same for every attempt and after every restart.</summary>
    public static string KeyOf(SmsRow row)
    {
        var named = Encoding.UTF8.GetBytes(row.IncidentId + '\u001F');
        return Convert.ToHexStringLower(SHA256.HashData((byte[])[.. named, .. row.PhoneHash]).AsSpan(0, 16));
    }

    /// <summary>Drops what waits for incidents that are over.</summary>
    /// <returns>Messages dropped.</returns>
    public async Task<int> DropAsync(IReadOnlyCollection<string> open, CancellationToken cancellationToken)
    {
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            if (!await db.SmsOutbox.AnyAsync(
                row => row.State == SmsState.Waiting && !open.Contains(row.IncidentId), cancellationToken))
            {
                return 0;
            }
        }

        var dropped = 0;
        await writer.WriteAsync(
            async unit => dropped = await unit.Db.SmsOutbox
                .Where(row => row.State == SmsState.Waiting && !open.Contains(row.IncidentId))
                .ExecuteUpdateAsync(
                    row => row.SetProperty(to => to.State, SmsState.Dropped), cancellationToken),
            cancellationToken);
        return dropped;
    }

    /// <summary>What is due for these incidents, the longest overdue first.</summary>
    public async Task<IReadOnlyList<SmsRow>> DueAsync(
        IReadOnlyCollection<string> incidents, int most, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.SmsOutbox.AsNoTracking()
            .Where(row => row.State == SmsState.Waiting && row.DueAt <= now && incidents.Contains(row.IncidentId))
            .OrderBy(row => row.DueAt).ThenBy(row => row.Id)
            .Take(most)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Writes what became of messages, in one transaction.</summary>
    public Task SaveAsync(IReadOnlyCollection<SmsMark> marks, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            async unit =>
            {
                foreach (var mark in marks)
                {
                    await unit.Db.SmsOutbox
                        .Where(row => row.Id == mark.Id && row.State == SmsState.Waiting)
                        .ExecuteUpdateAsync(
                            row => row.SetProperty(to => to.State, mark.State)
                                .SetProperty(to => to.Attempts, mark.Attempts)
                                .SetProperty(to => to.DueAt, mark.DueAt),
                            cancellationToken);
                }
            },
            cancellationToken);

    /// <summary>Forgets who was told about incidents that closed long ago; they never open again.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().AddDays(-options.Value.KeepDays);
        await writer.WriteAsync(
            unit => unit.Db.SmsOutbox
                .Where(row => unit.Db.Incidents.Any(
                    incident => incident.IncidentId == row.IncidentId && incident.ClosedAt < before))
                .ExecuteDeleteAsync(cancellationToken),
            cancellationToken);
    }
}
