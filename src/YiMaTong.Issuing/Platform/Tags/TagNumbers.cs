using Microsoft.EntityFrameworkCore;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Platform;

/// <summary>Numbers of tags in interfaces, bits in the database: tag n is bit n-1.</summary>
internal static class TagNumbers
{
    /// <summary>Tags that the catalogue can hold.</summary>
    public const int Max = 64;

    /// <summary>Turns numbers to bits.</summary>
    /// <returns>False when a number is not from 1 to 64.</returns>
    public static bool TryToBits(IEnumerable<uint> numbers, out ulong bits)
    {
        bits = 0;
        foreach (var number in numbers)
        {
            if (number is < 1 or > Max)
            {
                return false;
            }

            bits |= 1UL << (int)(number - 1);
        }

        return true;
    }

    /// <summary>Turns bits to ascending numbers.</summary>
    public static IEnumerable<uint> FromBits(ulong bits) =>
        Enumerable.Range(1, Max).Where(number => (bits & (1UL << (number - 1))) != 0).Select(number => (uint)number);

    /// <summary>
    /// Whether the catalogue has all these tags. A number that it lacks is a slip today and would give away another tag
    /// once the number is taken.
    /// </summary>
    public static async Task<bool> AllExist(IssuingDbContext db, ulong bits, CancellationToken cancellationToken)
    {
        if (bits == 0)
        {
            return true;
        }

        var known = 0UL;
        foreach (var number in await db.Tags.AsNoTracking().Select(tag => tag.Number).ToListAsync(cancellationToken))
        {
            known |= 1UL << (number - 1);
        }

        return (bits & ~known) == 0;
    }
}
