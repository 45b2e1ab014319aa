using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace YiMaTong.Decode.Engine;

/// <summary>
/// Numbers for scans and their decisions. A scan with an id of its own has a decision number that follows from it and
/// the code, so that its repetition gets the same number whatever the answer, with nothing kept; a scan without one
/// gets a random number. Thread-safe; allocates once per thread.
/// </summary>
internal sealed class ScanIdentity
{
    private const int HashKeySize = 16;
    private const int NonceSize = 16;

    // Length, 64 characters of the device, 64 bytes of the scan id.
    private const int ScanMax = sizeof(ushort) + (64 * sizeof(char)) + 64;
    private const int PoolBytes = 4096;

    [ThreadStatic]
    private static byte[]? _pool;

    [ThreadStatic]
    private static int _used;

    private readonly SipHash128 _scans;
    private readonly SipHash128 _decisions;

    /// <summary>Takes the node's key for scans.</summary>
    /// <param name="key">32 secret bytes. The same key gives the same numbers.</param>
    public ScanIdentity(byte[] key)
    {
        _scans = HashOf(key.AsSpan(0, HashKeySize));
        _decisions = HashOf(key.AsSpan(HashKeySize, HashKeySize));
    }

    /// <summary>What two scans have in common exactly when device and scan id are the same.</summary>
    /// <param name="macId">The device, at most 64 characters.</param>
    /// <param name="scanId">The scan id in UTF-8, at most 64 bytes.</param>
    public UInt128 ScanKey(ReadOnlySpan<char> macId, ReadOnlySpan<byte> scanId)
    {
        Span<byte> text = stackalloc byte[ScanMax];
        return _scans.Hash(text[..Write(text, macId, scanId)]);
    }

    /// <summary>The decision number of a scan that has an id.</summary>
    /// <param name="macId">The device, at most 64 characters.</param>
    /// <param name="scanId">The scan id in UTF-8, at most 64 bytes.</param>
    /// <param name="codeNonce">Nonce of the code; 0 for what is none.</param>
    public UInt128 DecisionOf(ReadOnlySpan<char> macId, ReadOnlySpan<byte> scanId, UInt128 codeNonce)
    {
        Span<byte> text = stackalloc byte[NonceSize + ScanMax];
        BinaryPrimitives.WriteUInt128LittleEndian(text, codeNonce);
        return _decisions.Hash(text[..(NonceSize + Write(text[NonceSize..], macId, scanId))]);
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
    public static string Text(UInt128 decision)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, decision);
        return Convert.ToHexStringLower(bytes);
    }

    private static SipHash128 HashOf(ReadOnlySpan<byte> key) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[8..]));

    // The length before both makes the text unambiguous.
    private static int Write(Span<byte> text, ReadOnlySpan<char> macId, ReadOnlySpan<byte> scanId)
    {
        var mac = MemoryMarshal.AsBytes(macId);
        BinaryPrimitives.WriteUInt16LittleEndian(text, (ushort)mac.Length);
        mac.CopyTo(text[sizeof(ushort)..]);
        scanId.CopyTo(text[(sizeof(ushort) + mac.Length)..]);
        return sizeof(ushort) + mac.Length + scanId.Length;
    }
}
