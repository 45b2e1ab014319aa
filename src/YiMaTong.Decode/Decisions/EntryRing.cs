using System.Runtime.InteropServices;

namespace YiMaTong.Decode.Decisions;

/// <summary>
/// A bounded queue of entries for many writers and one reader; a full one takes nothing. Invariants: a slot's turn is
/// the position that may be written there next, or that position plus one once its entry is in place; positions rise by
/// one without a gap; an entry is read in the order of its position.
/// </summary>
internal sealed class EntryRing
{
    private readonly Slot[] _slots;
    private readonly int _mask;
    private Positions _positions;

    /// <summary>Makes a queue.</summary>
    /// <param name="capacity">Entries that it holds, a power of two.</param>
    public EntryRing(int capacity)
    {
        _slots = new Slot[capacity];
        _mask = capacity - 1;
        for (var i = 0; i < capacity; i++)
        {
            _slots[i].Turn = i;
        }
    }

    /// <summary>Number of entries ever taken in.</summary>
    public long Tail => Volatile.Read(ref _positions.Tail);

    /// <summary>Whether the next entry is in place. For the reader.</summary>
    public bool HasNext => Volatile.Read(ref _slots[_positions.Head & _mask].Turn) == _positions.Head + 1;

    /// <summary>Takes an entry in, if there is room.</summary>
    public bool TryAdd(in DecisionEntry entry)
    {
        while (true)
        {
            var tail = Volatile.Read(ref _positions.Tail);
            ref var slot = ref _slots[tail & _mask];
            var turn = Volatile.Read(ref slot.Turn);
            if (turn == tail)
            {
                if (Interlocked.CompareExchange(ref _positions.Tail, tail + 1, tail) == tail)
                {
                    slot.Entry = entry;
                    Volatile.Write(ref slot.Turn, tail + 1);
                    return true;
                }
            }
            else if (turn < tail)
            {
                return false;
            }
        }
    }

    /// <summary>Takes the next entry out, if there is one. For the reader.</summary>
    public bool TryTake(out DecisionEntry entry)
    {
        ref var slot = ref _slots[_positions.Head & _mask];
        if (Volatile.Read(ref slot.Turn) != _positions.Head + 1)
        {
            entry = default;
            return false;
        }

        entry = slot.Entry;
        Volatile.Write(ref slot.Turn, _positions.Head + _slots.Length);
        _positions.Head++;
        return true;
    }

    private struct Slot
    {
        public long Turn;
        public DecisionEntry Entry;
    }

    // On cache lines of their own: the reader's progress does not disturb the writers.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Positions
    {
        [FieldOffset(64)]
        public long Tail;

        [FieldOffset(192)]
        public long Head;
    }
}
