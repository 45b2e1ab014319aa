using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace YiMaTong.Directory;

/// <summary>
/// The claims of one stripe in two generations. Everything but <see cref="Lock"/> is touched under
/// <see cref="Lock"/> only.
/// </summary>
internal sealed class ClaimStripe<TValue>
{
    // A table is let go rather than emptied when it could hold this many times what it did hold.
    private const int SlackMax = 8;
    private const int KeptAlways = 64;

    private Dictionary<UInt128, TValue> _old = [];
    private long _generation;
    private long _oldOrder = long.MinValue;
    private long _youngOrder = long.MinValue;

    public Lock Lock { get; } = new();

    /// <summary>Claims of the newest generation.</summary>
    public Dictionary<UInt128, TValue> Young { get; private set; } = [];

    /// <summary>Highest order of what was dropped, or is to count as dropped.</summary>
    public long Forgotten { get; private set; } = long.MinValue;

    /// <summary>Adds a claim.</summary>
    public void Add(UInt128 key, TValue value, long order)
    {
        Young.Add(key, value);
        _youngOrder = Math.Max(_youngOrder, order);
    }

    /// <summary>Has everything up to an order count as dropped.</summary>
    public void Forget(long order) => Forgotten = Math.Max(Forgotten, order);

    /// <summary>Drops what is older than the generation before <paramref name="generation"/>.</summary>
    /// <returns>How many claims were dropped.</returns>
    public int MoveTo(long generation)
    {
        if (generation <= _generation)
        {
            return 0;
        }

        var dropped = _old.Count;
        _old = Empty(_old);
        Forget(_oldOrder);
        if (generation > _generation + 1)
        {
            dropped += Young.Count;
            Young = Empty(Young);
            Forget(_youngOrder);
            _oldOrder = long.MinValue;
        }
        else
        {
            (_old, Young) = (Young, _old);
            _oldOrder = _youngOrder;
        }

        _youngOrder = long.MinValue;
        _generation = generation;
        return dropped;
    }

    /// <summary>Where a key's value is; a null reference where nobody holds it.</summary>
    public ref TValue Find(UInt128 key)
    {
        ref var young = ref CollectionsMarshal.GetValueRefOrNullRef(Young, key);
        if (!Unsafe.IsNullRef(ref young))
        {
            return ref young!;
        }

        return ref CollectionsMarshal.GetValueRefOrNullRef(_old, key)!;
    }

    private static Dictionary<UInt128, TValue> Empty(Dictionary<UInt128, TValue> table)
    {
        if (table.Capacity > KeptAlways && table.Capacity / SlackMax > table.Count)
        {
            return [];
        }

        table.Clear();
        return table;
    }
}
