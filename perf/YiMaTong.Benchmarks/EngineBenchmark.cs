using BenchmarkDotNet.Attributes;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Returns;
using YiMaTong.Decode;
using YiMaTong.Decode.Claims;
using YiMaTong.Decode.Decisions;
using YiMaTong.Decode.Engine;
using YiMaTong.Decode.Feed;
using YiMaTong.Decode.Registry;
using YiMaTong.Decode.Used;
using YiMaTong.Directory;
using Record = YiMaTong.Directory.SubjectRecord;
using State = YiMaTong.Directory.SubjectState;

namespace YiMaTong.Benchmarks;

/// <summary>
/// Goal P1: a decode in process beside its floor, one opening of a code and one read of the directory. Codes are of
/// different citizens. Every benchmark throws on a wrong answer.
/// </summary>
[MemoryDiagnoser]
public class EngineBenchmark : IDisposable
{
    private const int Subjects = 100_000;
    private const int CodesMask = (1 << 16) - 1;
    private const byte KeyId = 7;
    private const string MacId = "gate-01";

    private readonly string[] _codes = new string[CodesMask + 1];
    private readonly CodeKey _key = new(KeyId, new byte[CodeKey.KeyLength]);
    private readonly NodeRegistry _registry = new(NullLogger<NodeRegistry>.Instance);
    private readonly NodeStatus _status = new(TimeProvider.System);
    private string _folder = "";
    private FasterSubjectDirectory? _directory;
    private CodeKeyRing _ring = CodeKeyRing.Empty;
    private SharedUses? _shared;
    private NodeClock? _clock;
    private DecodeEngine _engine = null!;
    private Standing _reusable = null!;
    private Standing _once = null!;
    private string _forged = "";
    private int _next;

    /// <summary>Fills a node.</summary>
    [GlobalSetup]
    public void Fill()
    {
        _folder = System.IO.Directory.CreateTempSubdirectory("yimatong-benchmark-").FullName;
        _directory = new(new DirectoryOptions { Folder = _folder, MemoryMiB = 256, ExpectedSubjects = Subjects });
        for (var i = 0; i < Subjects; i++)
        {
            var record = new Record { Revision = 1, Tags = 11, SceneKinds = 1, Fields = 7, State = State.Active };
            record.SetConcealed("*三", "9**************X");
            _directory.Apply(Handle(i), in record);
        }

        _directory.MarkComplete();
        _ring = _ring.With(_key);
        _registry.Apply(new()
        {
            Revision = 1,
            CodeKey = new() { KeyId = KeyId, Key = ByteString.CopyFrom(new byte[CodeKey.KeyLength]) },
        });
        Scene("reusable", singleUse: false);
        Scene("once", singleUse: true);
        _registry.Commit();
        (_reusable, _once) = (Stand("reusable"), Stand("once"));
        _status.Publish(new(1, 1, TimeProvider.System.GetTimestamp(), Complete: true, Generation: 1));
        var options = Options.Create(new DecodeOptions { SingleUseCapacity = 100_000_000 });
        var identity = new ScanIdentity(UsedJournals.Off().ScanKey);
        _shared = new(
            Options.Create(new SharedOptions()), options, Options.Create(new DecisionOptions()), TimeProvider.System,
            NullLogger<SharedStore>.Instance);
        _clock = new(options, TimeProvider.System, NullLogger<NodeClock>.Instance);
        var uses = new SingleUse(options, TimeProvider.System, UsedJournals.Off(), identity);
        _engine = new(
            _directory, _registry, _status, uses, identity, new NoDecisions(), _shared, options,
            new(uses, _clock, options), _clock);
        var random = new Random(20_240_101);
        for (var i = 0; i < _codes.Length; i++)
        {
            _codes[i] = Mint(_key, Handle(random.Next(Subjects)));
        }

        _forged = Mint(new(KeyId, [.. Enumerable.Repeat((byte)1, CodeKey.KeyLength)]), Handle(1));
    }

    /// <summary>Drops the overflow file.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _directory?.Dispose();
        _directory = null;
        _shared?.Dispose();
        _shared = null;
        _clock?.Dispose();
        _clock = null;
        if (_folder.Length > 0)
        {
            System.IO.Directory.Delete(_folder, recursive: true);
            _folder = "";
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>What no decode can do without.</summary>
    [Benchmark(Baseline = true, Description = "floor: open and read")]
    public ulong Floor() =>
        OnlineCode.Open(_ring, Next(), out var code) == CodeOpenStatus.Opened
        && _directory!.TryRead(code.Payload.Handle, out var record) == LookupStatus.Found
            ? record.Tags
            : throw new InvalidOperationException("Wrong answer.");

    /// <summary>A scan with an id in a scene of repeated scans.</summary>
    [Benchmark(Description = "engine: permitted, reusable")]
    public ulong Reusable() => Decode(_reusable, Next(), "scan-1"u8, PyCodes.Success);

    /// <summary>The same scan of the same code in a scene of single use: mostly the repetition of the first.</summary>
    [Benchmark(Description = "engine: permitted, single use")]
    public ulong Once() => Decode(_once, Next(), "scan-1"u8, PyCodes.Success);

    /// <summary>A code that another key sealed: what a flood of forgeries costs each.</summary>
    [Benchmark(Description = "engine: forged")]
    public ulong Forged() => Decode(_reusable, _forged, "scan-1"u8, PyCodes.NotOurCode);

    private static ulong Handle(int subject) => ((ulong)subject + 1) * 0x9e3779b97f4a7c15;

    private static string Mint(CodeKey key, ulong handle)
    {
        var text = new char[OnlineCode.Length];
        var issuedAt = (uint)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        OnlineCode.Mint(key, new CodePayload(handle, CodeType.PublicTransport, 1, 0, 1_275), issuedAt, text);
        return new string(text);
    }

    private void Scene(string id, bool singleUse) => _registry.Apply(new()
    {
        Revision = 1,
        Scene = new() { SceneId = id, QrcodeTypes = { "gj" }, Fields = 7, Active = true, SingleUse = singleUse },
    });

    // As a session has it.
    private Standing Stand(string id)
    {
        var merchant = new MerchantEntry
        {
            MerchantId = id,
            Revision = 1,
            SceneId = id,
            Active = true,
            ReasonDetail = true,
        };
        _ = _registry.TryGetScene(id, out var scene);
        return new(_registry.Version, merchant, KeyHolds: true, Serves: true, scene, new(id, MacId, id));
    }

    private string Next() => _codes[_next++ & CodesMask];

    private ulong Decode(Standing standing, string code, ReadOnlySpan<byte> scanId, PyCode expected)
    {
        var outcome = default(DecodeOutcome);
        var scan = new ScanInput
        {
            Code = code,
            Merchant = standing.Merchant!,
            Standing = standing,
            MacId = MacId,
            ScanId = scanId,
            EveryField = true,
        };
        _engine.Decode(scan, ref outcome);
        return outcome.Code == expected ? outcome.Tags : throw new InvalidOperationException("Wrong answer.");
    }
}
