using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Text;

namespace YiMaTong.Benchmarks;

/// <summary>
/// What minting and opening a code cost beside the floor: one AES-GCM open of the same bytes with a cipher of one's
/// own. Every benchmark throws on a wrong answer.
/// </summary>
[MemoryDiagnoser]
public class CodeOpenBenchmark : IDisposable
{
    private const uint IssuedAt = 1_789_560_720;
    private static readonly CodePayload _payload = new(0x0123_4567_89AB_CDEF, CodeType.PublicTransport, 7, 0, 60);

    private readonly byte[] _material = [.. Enumerable.Range(0, CodeKey.KeyLength).Select(i => (byte)i)];
    private readonly byte[] _bytes = new byte[38];
    private readonly byte[] _plaintext = new byte[13];
    private readonly byte[] _associatedData = [(byte)'Y', (byte)'M', (byte)'1', 1];
    private readonly char[] _minted = new char[OnlineCode.Length];
    private AesGcm _bare = null!;
    private CodeKey _key = null!;
    private CodeKeyRing _ring = null!;
    private string _code = null!;
    private string _forged = null!;

    [GlobalSetup]
    public void Setup()
    {
        _bare = new AesGcm(_material, 12);
        _key = new CodeKey(1, _material);
        _ring = CodeKeyRing.Empty.With(_key);
        _code = Mint(_key);
        _material[0] ^= 1;
        _forged = Mint(new CodeKey(1, _material));
        _material[0] ^= 1;
        if (!Base45.TryDecode(_code.AsSpan(3), _bytes, out _))
        {
            throw new InvalidOperationException("The code is not base45.");
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _bare.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true, Description = "floor: bare AES-GCM open")]
    public byte BareOpen()
    {
        var bytes = _bytes.AsSpan();
        _bare.Decrypt(bytes[1..13], bytes[13..26], bytes[26..], _plaintext, _associatedData);
        return Right(_plaintext[7] == 0xEF) ? _plaintext[7] : (byte)0;
    }

    [Benchmark]
    public ulong Open()
    {
        var status = OnlineCode.Open(_ring, _code, out var code);
        return Right(status == CodeOpenStatus.Opened && code.Payload == _payload) ? code.Payload.Handle : 0;
    }

    [Benchmark]
    public char Mint()
    {
        OnlineCode.Mint(_key, _payload, IssuedAt, _minted);
        return Right(_minted[0] == 'Y' && _minted[^1] != '\0') ? _minted[^1] : '\0';
    }

    [Benchmark(Description = "Open: another scheme's text")]
    public bool OpenNotOurs() =>
        Right(OnlineCode.Open(_ring, "281234567890123456", out _) == CodeOpenStatus.NotOurs);

    [Benchmark(Description = "Open: forged seal")]
    public bool OpenForged() => Right(OnlineCode.Open(_ring, _forged, out _) == CodeOpenStatus.Forged);

    private static string Mint(CodeKey key)
    {
        var text = new char[OnlineCode.Length];
        OnlineCode.Mint(key, _payload, IssuedAt, text);
        return new string(text);
    }

    private static bool Right(bool answer) => answer ? true : throw new InvalidOperationException("Wrong answer.");
}
