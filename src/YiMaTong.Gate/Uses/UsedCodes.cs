using YiMaTong.Gate.Alarms;

namespace YiMaTong.Gate.Uses;

/// <summary>
/// Which codes have let somebody in at this gate. By what was signed, never by a code's text: ECDSA has two spellings
/// of each signature. Thread-safe.
/// <para>Invariant: an id is remembered for a day after its use by the monotonic clock, which is as long as any code
/// lives, so a wall clock that steps opens no door. Generations of an hour are dropped whole; beyond the capacity the
/// oldest goes early, with an alarm.</para>
/// </summary>
internal sealed class UsedCodes(int capacity, GateAlarms alarms, TimeProvider time)
{
    /// <summary>How long a use is remembered at least.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(25);

    private static readonly TimeSpan GenerationSpan = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly List<Generation> _generations = [];
    private readonly long _origin = time.GetTimestamp();
    private int _count;
    private TimeSpan? _droppedAt;

    /// <summary>Ids that are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                Forget(time.GetElapsedTime(_origin));
                return _count;
            }
        }
    }

    /// <summary>Uses a code.</summary>
    /// <returns>False where it was used before.</returns>
    public bool TryUse(UInt128 id)
    {
        lock (_lock)
        {
            var now = time.GetElapsedTime(_origin);
            Forget(now);
            return !IsUsed(id) && Add(id, now);
        }
    }

    /// <summary>
    /// Remembers a use of an earlier run, for as long as one of now: only the wall clock tells when it was, and that
    /// may have been set since.
    /// </summary>
    public void Restore(UInt128 id)
    {
        lock (_lock)
        {
            if (!IsUsed(id))
            {
                Add(id, TimeSpan.Zero);
            }
        }
    }

    private bool IsUsed(UInt128 id)
    {
        foreach (var generation in _generations)
        {
            if (generation.Ids.Contains(id))
            {
                return true;
            }
        }

        return false;
    }

    private bool Add(UInt128 id, TimeSpan at)
    {
        var number = (long)Math.Floor(at / GenerationSpan);
        var place = _generations.FindIndex(one => one.Number >= number);
        if (place < 0 || _generations[place].Number != number)
        {
            place = place < 0 ? _generations.Count : place;
            _generations.Insert(place, new Generation(number, []));
        }

        _generations[place].Ids.Add(id);
        _count++;
        if (_count > capacity)
        {
            // The only generation of all is halved in no order: there is none within an hour.
            alarms.Raise(GateAlarm.UsesForgotten, $"more than {capacity} codes were used within a day");
            _droppedAt = time.GetElapsedTime(_origin);
            Drop(_generations[0], _generations.Count > 1 ? int.MaxValue : capacity / 2, id);
        }

        return true;
    }

    private void Forget(TimeSpan now)
    {
        while (_generations.Count > 0 && (_generations[0].Number + 1) * GenerationSpan + Memory <= now)
        {
            Drop(_generations[0], int.MaxValue, default);
        }

        // What was dropped early would be forgotten by now anyway.
        if (_droppedAt is { } at && now - at >= Memory)
        {
            _droppedAt = null;
            alarms.Clear(GateAlarm.UsesForgotten);
        }
    }

    private void Drop(Generation generation, int most, UInt128 kept)
    {
        if (generation.Ids.Count <= most)
        {
            _count -= generation.Ids.Count;
            _generations.Remove(generation);
            return;
        }

        foreach (var id in generation.Ids.Where(id => id != kept).Take(most).ToList())
        {
            generation.Ids.Remove(id);
            _count--;
        }
    }

    private sealed record Generation(long Number, HashSet<UInt128> Ids);
}
