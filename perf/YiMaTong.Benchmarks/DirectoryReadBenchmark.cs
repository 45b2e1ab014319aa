using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using YiMaTong.Directory;

namespace YiMaTong.Benchmarks;

/// <summary>
/// A lookup of a random subject among a million: the directory beside a ConcurrentDictionary of the same records. The
/// directory is expected to be slower and buys bounded memory with it; what counts is the ratio, and 0 bytes allocated.
/// </summary>
[MemoryDiagnoser]
public class DirectoryReadBenchmark : IDisposable
{
    private const int Subjects = 1_000_000;
    private const int HandlesMask = (1 << 20) - 1;

    private readonly ulong[] _handles = new ulong[HandlesMask + 1];
    private readonly ConcurrentDictionary<ulong, SubjectRecord> _dictionary = new();
    private string _folder = "";
    private FasterSubjectDirectory? _directory;
    private int _next;

    /// <summary>Fills both with the same subjects.</summary>
    [GlobalSetup]
    public void Fill()
    {
        _folder = System.IO.Directory.CreateTempSubdirectory("yimatong-benchmark-").FullName;
        _directory = new FasterSubjectDirectory(
            new DirectoryOptions { Folder = _folder, MemoryMiB = 256, ExpectedSubjects = Subjects });
        for (var i = 0; i < Subjects; i++)
        {
            var record = new SubjectRecord { Revision = 1, Tags = (ulong)i, State = SubjectState.Active };
            record.SetConcealed("*三", "9**************X");
            _directory.Apply(Handle(i), in record);
            _dictionary[Handle(i)] = record;
        }

        // The order is drawn once, so that drawing is not measured; the seed is fixed, so that runs compare.
        var random = new Random(20_240_101);
        for (var i = 0; i < _handles.Length; i++)
        {
            _handles[i] = Handle(random.Next(Subjects));
        }
    }

    /// <summary>Drops the overflow file.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _directory?.Dispose();
        _directory = null;
        if (_folder.Length > 0)
        {
            System.IO.Directory.Delete(_folder, recursive: true);
            _folder = "";
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>The baseline.</summary>
    [Benchmark(Baseline = true)]
    public ulong ConcurrentDictionary() =>
        _dictionary.TryGetValue(NextHandle(), out var record)
            ? record.Tags
            : throw new InvalidOperationException("A subject is missing");

    /// <summary>The directory.</summary>
    [Benchmark]
    public ulong Faster() =>
        _directory!.TryRead(NextHandle(), out var record) == LookupStatus.Found
            ? record.Tags
            : throw new InvalidOperationException("A subject is missing");

    private static ulong Handle(int subject) => ((ulong)subject + 1) * 0x9e3779b97f4a7c15;

    private ulong NextHandle() => _handles[_next++ & HandlesMask];
}
