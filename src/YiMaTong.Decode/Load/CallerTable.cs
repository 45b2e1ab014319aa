namespace YiMaTong.Decode.Load;

/// <summary>What is remembered of one caller: five times and its name's hash.</summary>
internal struct CallerStanding
{
    /// <summary>Hash of what the caller calls itself and where it calls from; 0 for an empty place.</summary>
    public ulong Key;

    /// <summary>When it was last seen.</summary>
    public long SeenAt;

    /// <summary>When it last sent a genuine signature; 0 for never.</summary>
    public long GenuineAt;

    /// <summary>Bucket of its bad signatures.</summary>
    public long Bad;

    /// <summary>Bucket of its requests.</summary>
    public long Rate;

    /// <summary>Bucket of what it may still send when its bad signatures are used up.</summary>
    public long Reserve;
}

/// <summary>
/// Standings of callers in a fixed number of places. Where a name's four places are all taken, the newcomer gets that
/// of the caller who never sent a genuine signature, or was silent for longest: a flood of invented names displaces
/// itself. Thread-safe without a lock; in a race two callers may share a place for a moment, which costs one of them
/// its history and never lets a bad signature pass, for each is verified all the same.
/// </summary>
internal sealed class CallerTable
{
    private const int Ways = 4;
    private readonly CallerStanding[] _places;
    private readonly ulong _mask;

    /// <summary>Makes an empty table.</summary>
    /// <param name="callers">Callers remembered; rounded up to a power of two.</param>
    public CallerTable(int callers)
    {
        var places = System.Numerics.BitOperations.RoundUpToPowerOf2((uint)callers);
        _places = new CallerStanding[places];
        _mask = (places - 1) & ~(ulong)(Ways - 1);
    }

    /// <summary>Finds a caller's standing, or gives it a place.</summary>
    /// <param name="key">Hash of the caller; not 0.</param>
    /// <param name="now">The clock's timestamp.</param>
    public ref CallerStanding Find(ulong key, long now)
    {
        var set = _places.AsSpan((int)(key & _mask), Ways);
        var victim = 0;
        for (var way = 0; way < Ways; way++)
        {
            if (Volatile.Read(ref set[way].Key) == key)
            {
                set[way].SeenAt = now;
                return ref set[way];
            }

            if (IsLess(set[way], set[victim]))
            {
                victim = way;
            }
        }

        ref var place = ref set[victim];
        place = new() { Key = key, SeenAt = now };
        return ref place;
    }

    private static bool IsLess(in CallerStanding one, in CallerStanding other) =>
        (one.GenuineAt != 0) == (other.GenuineAt != 0)
            ? one.SeenAt < other.SeenAt
            : one.GenuineAt == 0;
}
