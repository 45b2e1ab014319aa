using System.Runtime.CompilerServices;

namespace YiMaTong.Directory;

/// <summary>
/// Keys that are claimed once and forgotten after a time: single use of codes, replays of requests. Memory is
/// bounded by generations by time; no timer per key. Safe from any thread; of many callers exactly one claims a key.
/// </summary>
/// <remarks>
/// Time is cut into generations of one life each, counted from construction. Invariants:
/// <list type="bullet">
/// <item>A key belongs to one stripe by its hash, and all that concerns it runs under that stripe's lock: the look and
/// the claim are one step.</item>
/// <item>A stripe holds the claims of its newest generation and of the one before, and nothing older. What was claimed
/// in generation g goes when g + 2 begins: after one life at the least and two at the most.</item>
/// <item>A stripe's generation never goes back, whatever a late thread read from the clock.</item>
/// <item><c>_count</c> is at least the number of claims held in all stripes: room is taken before a claim is written
/// and given back after claims are dropped. So there are never more than the capacity.</item>
/// <item>Locks are taken in the order sweep, stripe; no two stripes' locks at once.</item>
/// </list>
/// Where claims have an order, a stripe knows the highest that it dropped, and lets nobody claim a key up to that: a
/// clock that is set back makes old things look new, and what was forgotten must not count as never claimed.
/// Tables of dropped generations are emptied and used again; one that is far larger than what it last held is let go.
/// </remarks>
/// <typeparam name="TValue">What the first claimant leaves for those who come later.</typeparam>
public sealed class ExpiringClaims<TValue>
{
    private const int StripesMax = 64;

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly long _lifeTicks;
    private readonly int _capacity;
    private readonly Func<TValue, long>? _order;
    private readonly ClaimStripe<TValue>[] _stripes;
    private readonly Lock _sweeping = new();
    private long _sweptGeneration;
    private int _count;

    /// <summary>Makes an empty set.</summary>
    /// <param name="time">Clock; only its monotonic timestamp is read.</param>
    /// <param name="life">How long a claim is held at the least; it is forgotten after at most twice this.</param>
    /// <param name="capacity">Most claims held at once, 1 or more.</param>
    /// <param name="order">Order of a claim, as when its key was made by a clock that may be set; null where claims
    /// have none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The life is not positive, or the capacity below 1.</exception>
    public ExpiringClaims(TimeProvider time, TimeSpan life, int capacity, Func<TValue, long>? order = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(life, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _time = time;
        _start = time.GetTimestamp();
        _lifeTicks = life.Ticks;
        (_capacity, _order) = (capacity, order);
        _stripes = new ClaimStripe<TValue>[StripesMax];
        for (var i = 0; i < _stripes.Length; i++)
        {
            _stripes[i] = new ClaimStripe<TValue>();
        }
    }

    /// <summary>Claims held, and those whose time is over that no caller has come across yet.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Claims a key, or returns what the holder left.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">What to leave.</param>
    /// <param name="held">The holder's value; the caller's own where it claimed; default where there is no
    /// room.</param>
    public ClaimStatus Claim(UInt128 key, TValue value, out TValue held)
    {
        var status = TryClaim(key, value, out held);
        if (status == ClaimStatus.Full && Sweep())
        {
            status = TryClaim(key, value, out held);
        }

        return status;
    }

    /// <summary>Has keys up to an order count as claimed and forgotten.</summary>
    public void Forget(long order)
    {
        foreach (var stripe in _stripes)
        {
            lock (stripe.Lock)
            {
                stripe.Forget(order);
            }
        }
    }

    /// <summary>Looks at a claim without making one.</summary>
    /// <returns>False where nobody holds the key; <paramref name="held"/> is default then.</returns>
    public bool TryGet(UInt128 key, out TValue held)
    {
        var stripe = StripeOf(key);
        lock (stripe.Lock)
        {
            Drop(stripe);
            ref var found = ref stripe.Find(key);
            var holds = !Unsafe.IsNullRef(ref found);
            held = holds ? found : default!;
            return holds;
        }
    }

    /// <summary>
    /// Changes the value of a claim that is held, in one step with the look at it. Does not lengthen its life.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="state">What the change is told.</param>
    /// <param name="change">The change; runs under a lock, so it is short and calls nothing here.</param>
    /// <param name="held">The value afterwards; default where nobody holds the key.</param>
    /// <returns>What the change returns; false where nobody holds the key.</returns>
    public bool TryChange<TState>(
        UInt128 key, in TState state, ClaimChange<TValue, TState> change, out TValue held)
    {
        ArgumentNullException.ThrowIfNull(change);
        var stripe = StripeOf(key);
        lock (stripe.Lock)
        {
            Drop(stripe);
            ref var found = ref stripe.Find(key);
            if (Unsafe.IsNullRef(ref found))
            {
                held = default!;
                return false;
            }

            var changed = change(ref found, state);
            held = found;
            return changed;
        }
    }

    private ClaimStatus TryClaim(UInt128 key, TValue value, out TValue held)
    {
        var stripe = StripeOf(key);
        lock (stripe.Lock)
        {
            Drop(stripe);
            ref var found = ref stripe.Find(key);
            if (!Unsafe.IsNullRef(ref found))
            {
                held = found;
                return ClaimStatus.Held;
            }

            var order = _order is null ? long.MinValue : _order(value);
            if (_order is not null && order <= stripe.Forgotten)
            {
                held = default!;
                return ClaimStatus.Forgotten;
            }

            if (Interlocked.Increment(ref _count) > _capacity)
            {
                Interlocked.Decrement(ref _count);
                held = default!;
                return ClaimStatus.Full;
            }

            stripe.Add(key, value, order);
            held = value;
            return ClaimStatus.Claimed;
        }
    }

    /// <summary>Drops what is over in every stripe, once per generation: nothing more is over within one.</summary>
    /// <returns>True when there may be room now.</returns>
    private bool Sweep()
    {
        lock (_sweeping)
        {
            var generation = Generation();
            if (generation > _sweptGeneration)
            {
                foreach (var stripe in _stripes)
                {
                    lock (stripe.Lock)
                    {
                        Drop(stripe);
                    }
                }

                _sweptGeneration = generation;
            }
        }

        return Count < _capacity;
    }

    private void Drop(ClaimStripe<TValue> stripe)
    {
        var dropped = stripe.MoveTo(Generation());
        if (dropped > 0)
        {
            Interlocked.Add(ref _count, -dropped);
        }
    }

    private long Generation() => _time.GetElapsedTime(_start).Ticks / _lifeTicks;

    private ClaimStripe<TValue> StripeOf(UInt128 key) => _stripes[(uint)key.GetHashCode() % StripesMax];
}
