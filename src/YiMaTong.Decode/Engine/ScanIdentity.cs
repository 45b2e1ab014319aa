using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace YiMaTong.Decode.Engine;

/// <summary>
/// Numbers for scans and their decisions. A scan with an id of its own has a decision number that follows from it and
/// the code, so that its repetition gets the same number whatever the answer, with nothing kept; a scan without one
/// gets a random number. Keys are drawn per process. Thread-safe; allocates once per thread.
/// </summary>
internal sealed class ScanIdentity
{
    private const int MacIdMax = 64;
    private const int ScanIdMax = 64;
    private const int PoolBytes = 4096;

    [ThreadStatic]
    private static byte[]? _pool;

    [ThreadStatic]
    private static int _used;

    private readonly SipHash128 _scans = NewHash();
    private readonly SipHash128 _decisions = NewHash();

    /// <summary>What two scans have in common exactly when device and scan id are the same.</summary>
    /// <param name="macId">The device, at most 64 characters.</param>
    /// <param name="scanId">The scan id in UTF-8, at most 64 bytes.</param>
    public UInt128 ScanKey(ReadOnlySpan<char> macId, ReadOnlySpan<byte> scanId)
    {
        // The length before both makes the text unambiguous.
        Span<byte> text = stackalloc byte[sizeof(ushort) + (MacIdMax * sizeof(char)) + ScanIdMax];
        var mac = MemoryMarshal.AsBytes(macId);
        BinaryPrimitives.WriteUInt16LittleEndian(text, (ushort)mac.Length);
        mac.CopyTo(text[sizeof(ushort)..]);
        scanId.CopyTo(text[(sizeof(ushort) + mac.Length)..]);
        return _scans.Hash(text[..(sizeof(ushort) + mac.Length + scanId.Length)]);
    }

    /// <summary>The decision number of a scan that has an id.</summary>
    public UInt128 DecisionOf(UInt128 scanKey, UInt128 codeNonce)
    {
        Span<byte> bytes = stackalloc byte[32];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, scanKey);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes[16..], codeNonce);
        return _decisions.Hash(bytes);
    }

    /// <summary>A decision number out of nothing.</summary>
    public static UInt128 NewDecision()
    {
        const int Size = 16;
        var pool = _pool;
        if (pool is null || _used + Size > PoolBytes)
        {
            pool = _pool ??= new byte[PoolBytes];
            RandomNumberGenerator.Fill(pool);
            _used = 0;
        }

        var number = BinaryPrimitives.ReadUInt128LittleEndian(pool.AsSpan(_used, Size));
        _used += Size;
        return number;
    }

    /// <summary>A decision number as it is sent: 32 hexadecimal characters.</summary>
    public static string Text(UInt128 decision) => decision.ToString("x32", null);

    private static SipHash128 NewHash()
    {
        Span<byte> key = stackalloc byte[16];
        RandomNumberGenerator.Fill(key);
        return new(BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[8..]));
    }
}
