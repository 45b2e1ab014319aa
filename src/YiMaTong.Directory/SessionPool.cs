using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FASTER.core;

namespace YiMaTong.Directory;

/// <summary>
/// Sessions of one store. Invariants:
/// <list type="bullet">
/// <item>A slot is free, taken or retired. Only a compare-and-swap moves it from free to taken (a caller) or from free
/// to retired (<see cref="Retire"/>); only the caller that took it moves it back to free. So a session has one caller
/// at a time, and a session is disposed only when nobody has it.</item>
/// <item>Retired is final. A caller that finds every slot retired learns that the store is going and takes
/// nothing.</item>
/// <item>A slot's session is made by the first caller that takes it, who alone may touch the slot at that time.</item>
/// <item>A caller keeps a session for one operation and never across an await.</item>
/// </list>
/// There are as many slots as FASTER's epoch table lets in threads at once, so a full pool waits here rather than
/// there.
/// </summary>
internal sealed class SessionPool(FasterKV<ulong, SubjectRecord> store, int size)
{
    /// <summary>Threads that FASTER 2.6.5 lets in at once.</summary>
    public static int DefaultSize { get; } = Math.Max(128, 2 * Environment.ProcessorCount);

    private const int Free = 0;
    private const int Taken = 1;
    private const int Retired = 2;

    private readonly SubjectFunctions _functions = new();
    private readonly Slot[] _slots = MakeSlots(size);

    /// <summary>Takes a session, waiting while all are taken.</summary>
    /// <returns>False when the pool is retired.</returns>
    public bool TryTake([NotNullWhen(true)] out Slot? taken)
    {
        // Threads start at different slots, so that each mostly finds its own free and its session in its cache.
        var start = (int)((uint)Environment.CurrentManagedThreadId % (uint)_slots.Length);
        var spin = default(SpinWait);
        while (true)
        {
            var retired = 0;
            for (var i = 0; i < _slots.Length; i++)
            {
                var at = start + i;
                var slot = _slots[at < _slots.Length ? at : at - _slots.Length];
                switch (Interlocked.CompareExchange(ref slot.State, Taken, Free))
                {
                    case Free:
                        taken = slot;
                        EnsureSession(slot);
                        return true;
                    case Retired:
                        retired++;
                        break;
                }
            }

            if (retired == _slots.Length)
            {
                taken = null;
                return false;
            }

            spin.SpinOnce();
        }
    }

    /// <summary>Gives a slot back.</summary>
    public static void Return(Slot slot) => Volatile.Write(ref slot.State, Free);

    /// <summary>Waits until each caller has given its session back, lets nobody in again, and disposes the
    /// sessions.</summary>
    public void Retire()
    {
        foreach (var slot in _slots)
        {
            var spin = default(SpinWait);
            while (Interlocked.CompareExchange(ref slot.State, Retired, Free) != Free)
            {
                spin.SpinOnce();
            }

            slot.Session?.Dispose();
            slot.Session = null;
        }
    }

    private void EnsureSession(Slot slot)
    {
        if (slot.Session is not null)
        {
            return;
        }

        try
        {
            slot.Session = store.For(_functions).NewSession<SubjectFunctions>();
        }
        finally
        {
            if (slot.Session is null)
            {
                Return(slot);
            }
        }
    }

    private static Slot[] MakeSlots(int size)
    {
        var slots = new Slot[size];
        for (var i = 0; i < size; i++)
        {
            slots[i] = new Slot();
        }

        return slots;
    }

    /// <summary>A session and who may use it. Padded: two threads' states never share a cache line.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal sealed class Slot
    {
        internal ClientSession<ulong, SubjectRecord, SubjectRecord, SubjectRecord, Empty, SubjectFunctions>? Session;
        internal int State;
        private readonly Padding _padding;
    }

    [InlineArray(128)]
    private struct Padding
    {
        private byte _first;
    }
}
