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
    /// <summary>Longest mac id and scan id together, in characters.</summary>
    public const int TextMax = 160;

    private const int PoolBytes = 4096;

    [ThreadStatic]
    private static byte[]? _pool;

    [ThreadStatic]
    private static int _used;

    private readonly SipHash128 _scans = NewHash();
    private readonly SipHash128 _decisions = NewHash();

    /// <summary>What two scans have in common exactly when device and scan id are the same.</summary>
    public UInt128 ScanKey(string macId, string scanId)
    {
        Span<char> text = stackalloc char[TextMax];
        var length = Math.Min(macId.Length, TextMax - 1);
        macId.AsSpan(0, length).CopyTo(text);
        text[length++] = '\0';
        var room = Math.Min(scanId.Length, TextMax - length);
        scanId.AsSpan(0, room).CopyTo(text[length..]);
        return _scans.Hash(MemoryMarshal.AsBytes(text[..(length + room)]));
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
