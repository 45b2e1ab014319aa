using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Decode;
using YiMaTong.Decode.Engine;
using YiMaTong.Decode.Feed;
using YiMaTong.Decode.Registry;
using YiMaTong.Directory;
using YiMaTong.Perf;

namespace YiMaTong.Benchmarks;

/// <summary>
/// The engine as the node builds it, beside its floor in the same process: opening the code and reading the subject.
/// Rounds of both alternate, and the fastest of each counts, so that neither has the quieter machine.
/// </summary>
internal static class EngineFloor
{
    private const int Codes = 1 << 16;
    private const int Rounds = 12;
    private const string MacId = "gate-000";

    /// <summary>Measures and prints one line of JSON.</summary>
    public static void Print(int subjects)
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("yimatong-floor-").FullName;
        try
        {
            using var provider = Node(folder, subjects);
            var city = City.Create(subjects);
            Load(provider.GetRequiredService<FeedApplier>(), city);
            Console.WriteLine(JsonSerializer.Serialize(Measure(provider, city)));
        }
        finally
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }
    }

    private static Dictionary<string, double> Measure(ServiceProvider provider, City city)
    {
        var engine = provider.GetRequiredService<DecodeEngine>();
        var directory = provider.GetRequiredService<ISubjectDirectory>();
        var registry = provider.GetRequiredService<NodeRegistry>();
        // As a session's scans have it.
        var standing = registry.Find(City.MerchantId, MacId, key: default);
        var merchant = standing.Merchant ?? throw new InvalidOperationException("The city has no merchant.");

        var (codes, handles) = Mint(city);
        var (open, read, whole, bytes) = (double.MaxValue, double.MaxValue, double.MaxValue, double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            open = Math.Min(open, Time(i => OnlineCode.Open(registry.Keys, codes[i], out _) == CodeOpenStatus.Opened));
            read = Math.Min(read, Time(i => directory.TryRead(handles[i], out _) == LookupStatus.Found));
            var before = GC.GetAllocatedBytesForCurrentThread();
            whole = Math.Min(whole, Time(i =>
            {
                var outcome = default(DecodeOutcome);
                engine.Decode(
                    new ScanInput { Code = codes[i], Merchant = merchant, MacId = MacId, Standing = standing },
                    ref outcome);
                return outcome.Code == PyCodes.Success;
            }));
            bytes = Math.Min(bytes, (GC.GetAllocatedBytesForCurrentThread() - before) / Codes);
        }

        return new()
        {
            ["engineNs"] = whole,
            ["floorNs"] = open + read,
            ["openNs"] = open,
            ["readNs"] = read,
            ["bytesPerDecode"] = bytes,
        };
    }

    private static double Time(Func<int, bool> act)
    {
        var begun = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < Codes; i++)
        {
            if (!act(i))
            {
                throw new InvalidOperationException("Wrong answer.");
            }
        }

        return TimeProvider.System.GetElapsedTime(begun).TotalNanoseconds / Codes;
    }

    private static (string[] Codes, ulong[] Handles) Mint(City city)
    {
        // Fixed, so that runs compare.
        var random = new Random(20_260_916);
        var now = (uint)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var (codes, handles) = (new string[Codes], new ulong[Codes]);
        Span<char> text = stackalloc char[OnlineCode.Length];
        for (var i = 0; i < Codes; i++)
        {
            var citizen = random.Next(city.Subjects);
            city.Mint(citizen, now, text);
            (codes[i], handles[i]) = (new string(text), City.Handle(citizen));
        }

        return (codes, handles);
    }

    private static ServiceProvider Node(string folder, int subjects)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Decode:Feed:Address"] = "http://127.0.0.1:1",
            ["Decode:Feed:TokenFile"] = "none",
            ["Directory:Folder"] = Path.Combine(folder, "directory"),
            ["Directory:MemoryMiB"] = "256",
            ["Directory:ExpectedSubjects"] = $"{Math.Max(1_000, subjects)}",
        }).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging(logging => logging.ClearProviders());
        services.AddMetrics();
        services.AddDecode(configuration);
        return services.BuildServiceProvider();
    }

    private static void Load(FeedApplier feed, City city)
    {
        feed.StartSnapshot();
        _ = feed.Accept(new SnapshotResponse
        {
            Begin = new() { Epoch = Google.Protobuf.ByteString.CopyFrom(new byte[16]), Revision = 1_000_000_000 },
        });
        var batch = new SnapshotResponse { Batch = new() };
        batch.Batch.Entities.AddRange(CityFeed.Registry(city));
        _ = feed.Accept(batch);
        var count = (ulong)batch.Batch.Entities.Count;
        var one = new SnapshotResponse { Batch = new() { Entities = { new Entity { Subject = new() } } } };
        for (var index = 0; index < city.Subjects; index++)
        {
            one.Batch.Entities[0].Revision = ++count;
            CityFeed.Fill(one.Batch.Entities[0].Subject, index);
            _ = feed.Accept(one);
        }

        if (feed.Accept(new SnapshotResponse { End = new() { Count = count } }).Action != FeedAction.SnapshotDone)
        {
            throw new InvalidOperationException("The city was not taken.");
        }
    }
}
