using Microsoft.Win32.SafeHandles;
using YiMaTong.Decode.Decisions;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests.Decisions;

/// <summary>A disk that does not give what was written: nothing that was synced goes unshipped and uncounted.</summary>
public sealed class UnreadableTests : IDisposable
{
    private const int Page = 4_096;
    private const int Count = 5_000;
    private readonly RecordingLogs _logs = new();

    public void Dispose() => _logs.Dispose();

    // The segment had left the queue, the next one went ahead of it, and its records counted as old.
    [Fact]
    public void Next_SegmentCannotBeOpenedOnce_IsReadAtTheNextTry()
    {
        const int Many = 30_000;
        using var folder = new TempDirectory();
        var segments = Write(folder.Path, Many);
        Assert.InRange(segments.Count, 3, 10);
        using var journal = TestJournal.Open(folder.Path);
        using var reader = new JournalReader(journal, _logs);
        var numbers = Accept(reader);
        File.Move(segments[1], folder.Combine("away"));

        Assert.Throws<FileNotFoundException>(() => ReadAll(reader, numbers));
        File.Move(folder.Combine("away"), segments[1]);
        ReadAll(reader, numbers);

        Assert.Equal(Numbers(Many), numbers);
        Assert.Empty(Segments(folder));
        Assert.Empty(_logs.Entries);
    }

    [Fact]
    public void Next_SegmentCannotBeOpenedForLong_IsPassedOverAndReadLater()
    {
        const int Many = 30_000;
        using var folder = new TempDirectory();
        var segments = Write(folder.Path, Many);
        using var journal = TestJournal.Open(folder.Path);
        using var reader = new JournalReader(journal, _logs);
        var numbers = Accept(reader);
        File.Move(segments[1], folder.Combine("away"));
        File.CreateSymbolicLink(segments[1], folder.Combine("nowhere"));

        Assert.Equal(SegmentReader.TriesMax - 1, ReadStubbornly(reader, numbers));
        Assert.Single(_logs.Entries, entry => entry.Event == "PassedOver");
        var others = numbers.Count;
        Assert.InRange(others, 1, Many - 1);
        ReadAll(reader, numbers);
        Assert.Equal(others, numbers.Count);

        File.Delete(segments[1]);
        File.Move(folder.Combine("away"), segments[1]);
        ReadAll(reader, numbers);

        Assert.Equal(Numbers(Many), numbers.Order());
        Assert.Empty(Segments(folder));
        Assert.Single(_logs.Entries);
    }

    // What was read before the fault had left the reader and was in no batch; and the next try met the bytes of the
    // last window again.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Next_DiskFailsOnceInTheMiddle_GivesEachRecordOnce(bool isShort)
    {
        using var folder = new TempDirectory();
        var segment = Assert.Single(Write(folder.Path, Count));
        for (var at = 0L; at < new FileInfo(segment).Length; at += 10_007)
        {
            using var copy = new TempDirectory();
            File.Copy(segment, copy.Combine(Path.GetFileName(segment)));
            var disk = new BadDisk(at, at + 1, isShort) { Faults = 2 };
            using var journal = TestJournal.Open(copy.Path);
            using var reader = new JournalReader(journal, _logs, read: disk.Read);
            var numbers = new List<long>();

            Assert.InRange(ReadStubbornly(reader, numbers), 0, 1);

            Assert.Equal(Numbers(Count), numbers);
            Assert.Empty(Segments(copy));
            Assert.Empty(_logs.Entries);
        }
    }

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(0, 1, true)]
    [InlineData(100_000, 100_512, false)]
    [InlineData(100_000, 100_512, true)]
    [InlineData(65_536, 65_537, true)]
    [InlineData(50_000, 300_000, false)]
    [InlineData(50_000, 300_000, true)]
    [InlineData(400_000, int.MaxValue, false)]
    [InlineData(0, int.MaxValue, true)]
    public void Next_PlaceIsUnreadable_ShipsTheOthersAndKeepsTheFile(long from, long to, bool isShort)
    {
        using var folder = new TempDirectory();
        var segment = Assert.Single(Write(folder.Path, Count));
        Check(folder, segment, new BadDisk(from, to, isShort), $"{from} to {to}");

        // The next run finds the disk in order.
        var numbers = TestJournal.ReadBack(folder.Path).Select(TestJournal.NumberOf);
        Assert.Equal(Numbers(Count), numbers);
        Assert.Empty(Segments(folder));
    }

    [Fact]
    public void Next_AnyPlaceIsUnreadable_LosesWhatItTouches()
    {
        using var folder = new TempDirectory();
        var segment = Assert.Single(Write(folder.Path, Count));
        var length = new FileInfo(segment).Length;
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            var from = random.NextInt64(length);
            var disk = new BadDisk(from, from + 1 + random.NextInt64(40_000), random.Next(2) == 0);
            Check(folder, segment, disk, $"{disk.From} to {disk.To}, seed {seed}");
        }
    }

    // Exactly what lies in a bad page is missing.
    private void Check(TempDirectory folder, string segment, BadDisk disk, string what)
    {
        var expected = RecordsOf(segment).Where(record => record.To <= disk.From || record.From >= disk.To)
            .Select(record => record.Number).ToList();
        _logs.Entries.Clear();
        using var journal = TestJournal.Open(folder.Path);
        using var reader = new JournalReader(journal, _logs, read: disk.Read);
        var numbers = new List<long>();

        var throws = ReadStubbornly(reader, numbers);

        Assert.True(expected.SequenceEqual(numbers), $"{numbers.Count} of {expected.Count}, {what}");
        // The first may have ended a batch.
        Assert.InRange(throws, SegmentReader.TriesMax - 2, SegmentReader.TriesMax - 1);
        Assert.Equal(segment, Assert.Single(Segments(folder)));
        Assert.InRange(journal.Folder.UnreadableBytes, 1, disk.To - disk.From);
        Assert.Single(_logs.Entries, entry => entry.Event == "Unreadable");
        Assert.Equal(
            expected.Contains(Count) ? 1 : 0, _logs.Entries.Count(entry => entry.Event == "Damaged"));

        // It is over with for this run.
        ReadAll(reader, numbers);
        Assert.Equal(expected.Count, numbers.Count);
    }

    private static List<string> Write(string folder, int count)
    {
        using (var journal = TestJournal.Open(folder))
        {
            for (var number = 1; number <= count; number++)
            {
                Assert.True(journal.Record(TestJournal.Entry(number)));
            }
        }

        return [.. System.IO.Directory.GetFiles(folder, "*" + Segment.Extension).Order(StringComparer.Ordinal)];
    }

    private static List<(long Number, long From, long To)> RecordsOf(string segment)
    {
        using var reader = new SegmentReader(Segment.Parse(segment)!);
        var records = new List<(long, long, long)>();
        var message = new byte[RecordMessage.LengthMax];
        for (var from = reader.Position; reader.TryRead(reader.Length, message, out var sequence, out _);)
        {
            records.Add((sequence, from, reader.Position));
            from = reader.Position;
        }

        return records;
    }

    private static string[] Segments(TempDirectory folder) =>
        System.IO.Directory.GetFiles(folder.Path, "*" + Segment.Extension);

    private static IEnumerable<long> Numbers(int count) => Enumerable.Range(1, count).Select(number => (long)number);

    private static List<long> Accept(JournalReader reader)
    {
        List<long> numbers = [.. TestJournal.RecordsOf(reader.Next()!).Select(TestJournal.NumberOf)];
        reader.Accept();
        return numbers;
    }

    private static void ReadAll(JournalReader reader, List<long> numbers)
    {
        while (reader.Next() is not null)
        {
            numbers.AddRange(Accept(reader));
        }
    }

    /// <summary>Reads on after each exception.</summary>
    /// <returns>How many there were.</returns>
    private static int ReadStubbornly(JournalReader reader, List<long> numbers)
    {
        for (var throws = 0; ; throws++)
        {
            try
            {
                ReadAll(reader, numbers);
                return throws;
            }
            catch (IOException) when (throws < 100)
            {
                continue;
            }
        }
    }

    /// <summary>
    /// A disk with bad pages: it gives what lies before them, as Linux does, or nothing of a read that touches them.
    /// </summary>
    private sealed class BadDisk(long from, long to, bool isShort)
    {
        public long From { get; } = from / Page * Page;

        public long To { get; } = ((to - 1) / Page * Page) + Page;

        public int Faults { get; set; } = int.MaxValue;

        public int Read(SafeFileHandle file, Span<byte> into, long offset)
        {
            if (Faults > 0 && offset < To && offset + into.Length > From)
            {
                if (!isShort || offset >= From)
                {
                    Faults--;
                    throw new IOException("Input/output error");
                }

                into = into[..(int)(From - offset)];
            }

            return RandomAccess.Read(file, into, offset);
        }
    }
}
