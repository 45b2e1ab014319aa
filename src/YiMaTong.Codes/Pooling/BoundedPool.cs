using System.Runtime.InteropServices;

namespace YiMaTong.Codes.Pooling;

/// <summary>
/// A few native handles that threads take turns with. Instances of AesGcm, Aes and RSA are not safe from several
/// threads at once (dotnet/runtime#53320), and making one per call costs more than the operation.
/// <para>Invariants: an item is held by one slot or by one renter, never by both; at most <see cref="Slots"/> items
/// rest in the pool, whatever the number of threads; after <see cref="Close"/> none rests in it. Lock-free.</para>
/// </summary>
/// <param name="create">Makes an item when none rests in the pool.</param>
internal sealed class BoundedPool<T>(Func<T> create)
    where T : class, IDisposable
{
    // Twice the cores leaves room for threads that lose their core while they hold an item.
    private static readonly int _slotCount =
        (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(Environment.ProcessorCount * 2, 4, 64));

    private readonly Slot[] _slots = new Slot[_slotCount];
    private volatile bool _closed;

    /// <summary>Most items that may rest in a pool.</summary>
    internal static int Slots => _slotCount;

    /// <summary>Number of items that rest in the pool at this moment.</summary>
    internal int Resting => _slots.Count(static slot => slot.Item is not null);

    /// <summary>Takes an item; the caller gives it back with <see cref="Return"/>.</summary>
    internal T Rent()
    {
        var slots = _slots;
        var first = Thread.GetCurrentProcessorId();
        for (var i = 0; i < slots.Length; i++)
        {
            ref var item = ref slots[(first + i) & (slots.Length - 1)].Item;
            if (item is not null && Interlocked.Exchange(ref item, null) is { } taken)
            {
                return taken;
            }
        }

        return create();
    }

    /// <summary>Gives an item back; it is disposed of where the pool is full or closed.</summary>
    internal void Return(T item)
    {
        var slots = _slots;
        var first = Thread.GetCurrentProcessorId();
        for (var i = 0; i < slots.Length && !_closed; i++)
        {
            ref var slot = ref slots[(first + i) & (slots.Length - 1)].Item;
            if (slot is null && Interlocked.CompareExchange(ref slot, item, null) is null)
            {
                // A close that ran between the check and the exchange has missed this item.
                if (_closed)
                {
                    Drain();
                }

                return;
            }
        }

        item.Dispose();
    }

    /// <summary>
    /// Frees what rests. Renting still works and makes an item each time, so a call in flight ends well.
    /// </summary>
    internal void Close()
    {
        _closed = true;
        Drain();
    }

    private void Drain()
    {
        foreach (ref var slot in _slots.AsSpan())
        {
            Interlocked.Exchange(ref slot.Item, null)?.Dispose();
        }
    }

    // A cache line each: cores that take turns with one key would otherwise fight over neighbouring slots.
    [StructLayout(LayoutKind.Sequential)]
    private struct Slot
    {
        internal T? Item;
        private readonly long _pad1, _pad2, _pad3, _pad4, _pad5, _pad6, _pad7;
    }
}
