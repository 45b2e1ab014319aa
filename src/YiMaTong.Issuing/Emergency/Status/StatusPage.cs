using System.Numerics;
using System.Security.Cryptography;

namespace YiMaTong.Issuing.Emergency;

/// <summary>The places of one status list: which are given, which are revoked. For one caller at a time.</summary>
/// <param name="number">Number of the list.</param>
/// <param name="size">Places, a multiple of 8.</param>
internal sealed class StatusPage(byte number, int size)
{
    private readonly byte[] _taken = new byte[size / 8];
    private readonly byte[] _revoked = new byte[size / 8];

    // Revocations of a database that was restored since: they stand until every code of that time is over.
    private byte[]? _inherited;

    public byte Number => number;

    public int Size => size;

    /// <summary>Places that are given.</summary>
    public int Count { get; private set; }

    /// <summary>Second of the Unix epoch until which it gives no places; 0 where it does.</summary>
    public uint SealedUntil { get; private set; }

    /// <summary>Whether bits changed since they were last taken.</summary>
    public bool Changed { get; private set; } = true;

    /// <summary>
    /// Gives a free place at random, so that neighbouring places tell nothing of who came when. At most three quarters
    /// are given, so four draws find one more often than not; a few more do not hurt.
    /// </summary>
    public int Take()
    {
        while (true)
        {
            var index = RandomNumberGenerator.GetInt32(size);
            if (TryTake(index))
            {
                return index;
            }
        }
    }

    /// <summary>Marks a place as given; false where it was.</summary>
    public bool TryTake(int index)
    {
        if ((uint)index >= (uint)size || Holds(_taken, index))
        {
            return false;
        }

        _taken[index >> 3] |= (byte)(1 << (index & 7));
        Count++;
        return true;
    }

    /// <summary>Marks a place as revoked.</summary>
    public void Revoke(int index)
    {
        if ((uint)index < (uint)size && !Holds(_revoked, index))
        {
            _revoked[index >> 3] |= (byte)(1 << (index & 7));
            Changed = true;
        }
    }

    /// <summary>Takes a place back.</summary>
    public void Free(int index)
    {
        if ((uint)index >= (uint)size || !Holds(_taken, index))
        {
            return;
        }

        _taken[index >> 3] &= (byte)~(1 << (index & 7));
        Count--;
        if (Holds(_revoked, index))
        {
            _revoked[index >> 3] &= (byte)~(1 << (index & 7));
            Changed = true;
        }
    }

    /// <summary>Seals it with what was revoked before.</summary>
    public void Seal(ReadOnlySpan<byte> revoked, uint until)
    {
        (_inherited, SealedUntil) = (new byte[size / 8], until);
        revoked[..Math.Min(revoked.Length, _inherited.Length)].CopyTo(_inherited);
        Changed = true;
    }

    /// <summary>Opens it again once the time has come.</summary>
    public void Unseal(uint now)
    {
        if (SealedUntil != 0 && SealedUntil <= now)
        {
            (_inherited, SealedUntil, Changed) = (null, 0, true);
        }
    }

    /// <summary>Takes a copy of the bits.</summary>
    public byte[] TakeBits()
    {
        var bits = (byte[])_revoked.Clone();
        for (var i = 0; i < (_inherited?.Length ?? 0); i++)
        {
            bits[i] |= _inherited![i];
        }

        Changed = false;
        return bits;
    }

    /// <summary>Number of places that are revoked, for metrics.</summary>
    public long RevokedCount
    {
        get
        {
            long count = 0;
            foreach (var bits in _revoked)
            {
                count += BitOperations.PopCount(bits);
            }

            return count;
        }
    }

    private static bool Holds(byte[] bits, int index) => (bits[index >> 3] >> (index & 7) & 1) != 0;
}
