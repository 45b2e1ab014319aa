using System.Runtime.InteropServices;

namespace YiMaTong.Decode.Used;

/// <summary>
/// Who writes to the disk on the thread that answers a scan. A disk that hangs keeps its writers, and no signal reaches
/// them: so few may write at once, and nobody begins while one has been at it for longer than the limit. A disk in
/// order takes one or two microseconds, so that hardly anyone waits for a turn. Thread-safe; allocates nothing.
/// </summary>
/// <param name="places">Most that write at once, 1 or more: the threads that a disk that hangs may keep.</param>
/// <param name="limit">How long a write may take before it counts as held.</param>
/// <param name="time">The clock.</param>
internal sealed class WriteTurns(int places, TimeSpan limit, TimeProvider time)
{
    private readonly Place[] _places = new Place[places];

    /// <summary>Whether a write is held by the disk.</summary>
    public bool Held => IsHeld(time.GetTimestamp());

    /// <summary>
    /// Half of the processors, so that those who answer are left with the others.
    /// </summary>
    public static int Places => Math.Clamp(Environment.ProcessorCount / 2, 1, 8);

    /// <summary>Takes a turn, which <see cref="Leave"/> gives back.</summary>
    /// <returns>False where the disk holds a write, or none of those before ended within the limit.</returns>
    public bool TryEnter(out int place)
    {
        var wait = default(SpinWait);
        var since = time.GetTimestamp();
        for (var now = since; !IsHeld(now) && time.GetElapsedTime(since, now) <= limit; now = time.GetTimestamp())
        {
            for (place = 0; place < _places.Length; place++)
            {
                // 0 is a free place.
                if (Interlocked.CompareExchange(ref _places[place].Since, now | 1, 0) == 0)
                {
                    return true;
                }
            }

            wait.SpinOnce();
        }

        place = -1;
        return false;
    }

    /// <summary>Ends a turn.</summary>
    public void Leave(int place) => Volatile.Write(ref _places[place].Since, 0);

    private bool IsHeld(long now)
    {
        foreach (ref var place in _places.AsSpan())
        {
            var since = Volatile.Read(ref place.Since);
            if (since != 0 && time.GetElapsedTime(since, now) > limit)
            {
                return true;
            }
        }

        return false;
    }

    // A cache line each: neighbours must not slow each other down.
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Place
    {
        [FieldOffset(0)]
        public long Since;
    }
}
