using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using YiMaTong.Decode;
using YiMaTong.Decode.Engine;
using YiMaTong.Decode.Used;
using YiMaTong.Directory;

namespace YiMaTong.Benchmarks;

/// <summary>
/// What the first use of a code costs, in memory alone and with its record on the disk while a thread syncs behind it.
/// Calls are counted: each leaves 64 bytes. Every benchmark throws on a wrong answer.
/// </summary>
[MemoryDiagnoser]
[SimpleJob(invocationCount: 200_000, iterationCount: 10, warmupCount: 3)]
public class UsedBenchmark : IDisposable
{
    private static readonly uint Now = (uint)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private string _folder = "";
    private UsedJournals? _journals;
    private SingleUse _kept = null!;
    private SingleUse _forgotten = null!;
    private ulong _next;

    /// <summary>Opens the files.</summary>
    [GlobalSetup]
    public void Open()
    {
        _folder = System.IO.Directory.CreateTempSubdirectory("yimatong-benchmark-").FullName;
        var options = new DecodeOptions { SingleUseCapacity = 10_000_000 };
        _journals = new(
            new() { Folder = _folder }, options, TimeProvider.System, NullLogger<UsedJournals>.Instance);
        var identity = new ScanIdentity(_journals.ScanKey);
        _kept = new(Options.Create(options), TimeProvider.System, _journals, identity);
        _forgotten = new(Options.Create(options), TimeProvider.System, UsedJournals.Off(), identity);
    }

    /// <summary>Drops the files.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _journals?.Dispose();
        _journals = null;
        if (_folder.Length > 0)
        {
            System.IO.Directory.Delete(_folder, recursive: true);
            _folder = "";
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>As a node without a disk does it.</summary>
    [Benchmark(Baseline = true, Description = "first use: in memory")]
    public UInt128 Forgotten() => Use(_forgotten);

    /// <summary>As it outlives the process.</summary>
    [Benchmark(Description = "first use: kept")]
    public UInt128 Kept() => Use(_kept);

    private UInt128 Use(SingleUse codes)
    {
        var (code, decision) = (new UInt128(++_next * 0x9e3779b97f4a7c15, _next), (UInt128)_next);
        var use = new CodeUse(code, Now, _next, true, "gate-000", Now * 1_000L);
        return codes.Claim(use, ref decision) == ClaimStatus.Claimed
            ? decision
            : throw new InvalidOperationException("Wrong answer.");
    }
}
