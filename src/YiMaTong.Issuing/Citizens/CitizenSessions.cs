using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Citizens;

/// <summary>
/// Citizens' signed-in states: a random token of 256 bits, of which the database keeps a hash. One per request.
/// </summary>
internal sealed class CitizenSessions(IssuingDbContext db, IOptions<CitizenOptions> options, TimeProvider time)
{
    private const int TokenBytes = 32;
    private const int TokenMaxLength = 128;
    private const string Bearer = "Bearer ";

    /// <summary>Life of a session in seconds.</summary>
    public int LifeSeconds => options.Value.SessionLifeSeconds;

    /// <summary>The token of an authorization header (RFC 6750); empty where there is none.</summary>
    public static string BearerOf(string? header) =>
        header is not null && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? header[Bearer.Length..].Trim()
            : "";

    /// <summary>Adds a session to a unit of change and clears those that are over.</summary>
    /// <returns>The token: its only copy.</returns>
    public async Task<string> OpenAsync(ChangeUnit unit, Citizen citizen, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await unit.Db.CitizenSessions.Where(row => row.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        if (citizen.Id == 0)
        {
            // The session names the citizen by row id, which a new row gets when it is saved.
            await unit.Db.SaveChangesAsync(cancellationToken);
        }

        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        unit.Db.CitizenSessions.Add(new CitizenSessionRow
        {
            TokenHash = FieldSealer.TokenHash(token),
            CitizenId = citizen.Id,
            ExpiresAt = now.AddSeconds(LifeSeconds),
        });
        return token;
    }

    /// <summary>Finds a live session; null where there is none.</summary>
    public async Task<CitizenSessionRow?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length is 0 or > TokenMaxLength)
        {
            return null;
        }

        var hash = FieldSealer.TokenHash(token);
        var row = await db.CitizenSessions.AsNoTracking()
            .SingleOrDefaultAsync(session => session.TokenHash == hash, cancellationToken);
        return row is not null && time.GetUtcNow() < row.ExpiresAt ? row : null;
    }
}
