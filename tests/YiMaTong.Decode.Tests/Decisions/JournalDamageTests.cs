using YiMaTong.Decode.Decisions;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests.Decisions;

/// <summary>Files that were changed behind the journal's back.</summary>
public sealed class JournalDamageTests
{
    private const int Count = 3_000;

    [Fact]
    public void Read_AnyFlippedBit_LosesAtMostThatRecordAndSaysSo()
    {
        using var folder = new TempDirectory();
        var whole = Write(folder.Path, out var segment);
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var damaged = (byte[])whole.Clone();
            var at = random.Next(Segment.Header.Length, damaged.Length);
            damaged[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(segment, damaged);
            var logs = new RecordingLogs();

            var numbers = TestJournal.ReadBack(folder.Path, logs).Select(TestJournal.NumberOf).ToList();

            Assert.True(numbers.Count == Count - 1, $"{numbers.Count} left, bit of byte {at}, seed {seed}");
            Assert.Equal(numbers.Order().Distinct(), numbers);
            Assert.Contains(logs.Entries, entry => entry.Event is "Damaged" or "Skipped");
        }
    }

    [Fact]
    public void Read_AnyLength_GivesEveryWholeRecord()
    {
        using var folder = new TempDirectory();
        var whole = Write(folder.Path, out var segment);
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var length = random.Next(0, whole.Length);
            File.WriteAllBytes(segment, whole.AsSpan(0, length));

            var numbers = TestJournal.ReadBack(folder.Path).Select(TestJournal.NumberOf).ToList();

            Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => (long)number), numbers);
            var missing = Count - numbers.Count;
            Assert.True(missing <= 1 + ((whole.Length - length) / 70), $"{missing} missing, seed {seed}");
        }
    }

    [Fact]
    public void Read_RecordsOfAnotherJournal_AreNoRecords()
    {
        using var folder = new TempDirectory();
        var whole = Write(folder.Path, out var segment);
        var other = Segment.In(folder.Path, 1, Guid.NewGuid(), 1);
        File.WriteAllBytes(other.Path, whole);
        File.Delete(segment);
        var logs = new RecordingLogs();

        Assert.Empty(TestJournal.ReadBack(folder.Path, logs));
        Assert.Contains(logs.Entries, entry => entry.Event == "Skipped");
    }

    private static byte[] Write(string folder, out string segment)
    {
        using (var journal = TestJournal.Open(folder))
        {
            for (var number = 1; number <= Count; number++)
            {
                Assert.True(journal.Record(TestJournal.Entry(number)));
            }
        }

        segment = Assert.Single(System.IO.Directory.GetFiles(folder, "*" + Segment.Extension));
        return File.ReadAllBytes(segment);
    }
}
