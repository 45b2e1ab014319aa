using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace YiMaTong.Decode.Engine;

/// <summary>
/// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein): a keyed hash of short inputs in some tens of
/// nanoseconds. Immutable; safe from any thread.
/// </summary>
/// <param name="k0">First half of the key.</param>
/// <param name="k1">Second half of the key.</param>
internal sealed class SipHash128(ulong k0, ulong k1)
{
    /// <summary>Hashes bytes.</summary>
    public UInt128 Hash(ReadOnlySpan<byte> data)
    {
        var v0 = k0 ^ 0x736f6d6570736575;
        var v1 = k1 ^ 0x646f72616e646f6d ^ 0xee;
        var v2 = k0 ^ 0x6c7967656e657261;
        var v3 = k1 ^ 0x7465646279746573;
        var last = (ulong)data.Length << 56;
        while (data.Length >= 8)
        {
            Absorb(ref v0, ref v1, ref v2, ref v3, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[8..];
        }

        for (var i = 0; i < data.Length; i++)
        {
            last |= (ulong)data[i] << (8 * i);
        }

        Absorb(ref v0, ref v1, ref v2, ref v3, last);
        v2 ^= 0xee;
        FourRounds(ref v0, ref v1, ref v2, ref v3);
        var low = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        FourRounds(ref v0, ref v1, ref v2, ref v3);
        return new(v0 ^ v1 ^ v2 ^ v3, low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Absorb(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3, ulong word)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourRounds(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
    }

    // Inlined, the four words stay in registers; by reference they go through memory in every round.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
