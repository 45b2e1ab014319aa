using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Issuing.Storage;
using YiMaTong.Rules;

namespace YiMaTong.Issuing.Platform;

/// <summary>
/// Makes and finds rows of citizens: for the operators' data exchange and for citizens who authenticate themselves.
/// Thread-safe; what it is given of a unit is not.
/// </summary>
internal sealed class CitizenRegistrar(FieldSealer sealer, TagRules rules)
{
    /// <summary>Finds a citizen by certificate; null when there is none.</summary>
    public Task<Citizen?> FindAsync(IssuingDbContext db, CitizenIdentity identity, CancellationToken cancellationToken)
    {
        var hash = sealer.LookupHash(identity.IdType, identity.IdNumber);
        return db.Citizens.SingleOrDefaultAsync(row => row.IdNumberHash == hash, cancellationToken);
    }

    /// <summary>
    /// Adds a citizen whom <see cref="FindAsync"/> did not find in the same unit: with a random handle, sealed fields,
    /// tags by the rules, no codes, no consent. The row gets its revision with the unit.
    /// </summary>
    /// <param name="unit">The unit of change.</param>
    /// <param name="identity">Who it is; the name must be given.</param>
    /// <param name="attributes">What the data sources say; none for a citizen who registers alone.</param>
    /// <param name="realNameVerified">Whether the authority has confirmed name and number.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Citizen> RegisterAsync(
        ChangeUnit unit, CitizenIdentity identity, SubjectAttributes attributes, bool realNameVerified,
        CancellationToken cancellationToken)
    {
        var tagRules = await rules.LoadAsync(unit.Db, cancellationToken);
        var citizen = new Citizen
        {
            Handle = await NewHandle(unit.Db, cancellationToken),
            IdType = identity.IdType,
            IdNumberHash = sealer.LookupHash(identity.IdType, identity.IdNumber),
            IdNumberSealed = sealer.Seal(SealedColumns.CitizenIdNumber, identity.IdNumber),
            NameSealed = sealer.Seal(SealedColumns.CitizenName, identity.Name),
            PhoneSealed = identity.Phone.Length == 0 ? null : sealer.Seal(SealedColumns.CitizenPhone, identity.Phone),
            RealNameVerified = realNameVerified,
            Attributes = attributes.Bits,
            RuleTags = tagRules.Compute(attributes),
        };
        unit.Db.Citizens.Add(citizen);
        return citizen;
    }

    /// <summary>
    /// Takes over a name and a phone that differ from what is kept; empty ones change nothing. Equal ones are not
    /// sealed anew, so that a repeated call is no change.
    /// </summary>
    public void UpdateContact(Citizen citizen, CitizenIdentity identity)
    {
        if (identity.Name.Length > 0 && sealer.Open(SealedColumns.CitizenName, citizen.NameSealed) != identity.Name)
        {
            citizen.NameSealed = sealer.Seal(SealedColumns.CitizenName, identity.Name);
        }

        if (identity.Phone.Length > 0
            && (citizen.PhoneSealed is null
                || sealer.Open(SealedColumns.CitizenPhone, citizen.PhoneSealed) != identity.Phone))
        {
            citizen.PhoneSealed = sealer.Seal(SealedColumns.CitizenPhone, identity.Phone);
        }
    }

    private static async Task<ulong> NewHandle(IssuingDbContext db, CancellationToken cancellationToken)
    {
        // Among a hundred million citizens one draw in 10^11 hits a taken number.
        var bytes = new byte[sizeof(ulong)];
        while (true)
        {
            RandomNumberGenerator.Fill(bytes);
            var handle = BinaryPrimitives.ReadUInt64BigEndian(bytes);
            if (handle != 0 && !await db.Citizens.AnyAsync(row => row.Handle == handle, cancellationToken))
            {
                return handle;
            }
        }
    }
}
