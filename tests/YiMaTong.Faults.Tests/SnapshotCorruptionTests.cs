using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Decode.Feed;
using YiMaTong.Decode.Snapshots;
using YiMaTong.Decode.Tests;
using YiMaTong.Directory;
using YiMaTong.Testing;

namespace YiMaTong.Faults.Tests;

/// <summary>
/// Whatever happens to snapshot files on disk is found out: the node starts from the older generation, or by a resync,
/// and every value is right. 500 corruptions by default, 10,000 with YIMATONG_LONG=1.
/// </summary>
public sealed class SnapshotCorruptionTests(ITestOutputHelper output) : IDisposable
{
    private const int Subjects = 300;
    private const ulong OlderRevision = 1_000;
    private const ulong NewerRevision = 2_000;

    private readonly TempDirectory _folder = new("yimatong-faults-");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TryRestore_AnyCorruption_IsFoundOutAndEveryValueIsRight()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}, {Size.Name}");
        var random = new Random(seed);
        var (older, newer) = WriteGenerations();
        var foreign = WriteForeign();
        using var node = Open();
        var restored = new Dictionary<ulong, int>();
        for (var i = 0; i < Size.Of(500, 10_000); i++)
        {
            var files = new SnapshotFiles(Snapshots, older, newer, foreign);
            var expected = files.Corrupt(random, out var what);
            var whole = node.Get<SnapshotRestorer>().TryRestore(CancellationToken.None);
            var found = whole ? node.Status.Current.Revision : 0;
            var expectedRevision = expected switch { 2 => NewerRevision, 1 => OlderRevision, _ => 0UL };
            Assert.True(found == expectedRevision, $"seed {seed}, #{i} {what}: {found} instead of {expectedRevision}");
            if (found == 0)
            {
                Assert.True(node.Feed.NeedsSnapshot);
                Resync(node);
                found = NewerRevision;
            }

            AssertValues(node, found, $"seed {seed}, #{i} {what}");
            restored[expectedRevision] = restored.GetValueOrDefault(expectedRevision) + 1;
        }

        output.WriteLine(string.Join(", ", restored.Select(pair => $"revision {pair.Key}: {pair.Value} times")));
        Assert.Equal(3, restored.Count);
    }

    private string Snapshots => _folder.Combine("node", "snapshots");

    private Node Open(string name = "node")
    {
        System.IO.Directory.CreateDirectory(_folder.Combine(name));
        return new Node(folder: _folder.Combine(name));
    }

    private (byte[] Older, byte[] Newer) WriteGenerations()
    {
        using var node = Open();
        Fill(node, OlderRevision);
        _ = node.Get<SnapshotTaker>().Take(CancellationToken.None);
        Fill(node, NewerRevision);
        _ = node.Get<SnapshotTaker>().Take(CancellationToken.None);
        var paths = System.IO.Directory.GetFiles(Snapshots).Order().ToArray();
        Assert.Equal(2, paths.Length);
        return (File.ReadAllBytes(paths[0]), File.ReadAllBytes(paths[1]));
    }

    /// <summary>A whole snapshot of another node, with another key and other values.</summary>
    private byte[] WriteForeign()
    {
        using var node = Open("foreign");
        Fill(node, 3_000);
        _ = node.Get<SnapshotTaker>().Take(CancellationToken.None);
        return File.ReadAllBytes(Assert.Single(System.IO.Directory.GetFiles(_folder.Combine("foreign", "snapshots"))));
    }

    private static Entity[] Entities(ulong revision) =>
    [
        .. World.All(),
        .. Enumerable.Range(1, Subjects).Select(i => World.Subject(
            revision - (ulong)i, s => (s.Handle, s.Tags) = ((ulong)i, TagsOf((ulong)i, revision)))),
    ];

    private static ulong TagsOf(ulong handle, ulong revision) => (handle * 0x9e3779b97f4a7c15) ^ revision;

    private static void Fill(Node node, ulong revision)
    {
        var entities = Entities(revision);
        node.Feed.StartSnapshot();
        _ = node.Feed.Accept(World.Begin(revision));
        _ = node.Feed.Accept(World.Batch(entities));
        Assert.Equal(FeedAction.SnapshotDone, node.Feed.Accept(World.End(entities.Length)).Action);
    }

    private static void Resync(Node node) => Fill(node, NewerRevision);

    private static void AssertValues(Node node, ulong revision, string what)
    {
        var directory = node.Get<ISubjectDirectory>();
        for (var handle = 1UL; handle <= Subjects; handle++)
        {
            var status = directory.TryRead(handle, out var record);
            Assert.True(
                status == LookupStatus.Found && record.Tags == TagsOf(handle, revision), $"{what}: {handle} {status}");
        }

        Assert.Equal(LookupStatus.NotFound, directory.TryRead(Subjects + 1, out _));
        Assert.Equal(Subjects + 1, directory.Count);
        node.Feed.Serve();
        Assert.True(node.Status.Current.Complete, what);
    }
}
