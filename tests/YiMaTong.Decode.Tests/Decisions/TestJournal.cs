using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using YiMaTong.Contracts.Audit.V1;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Decisions;

namespace YiMaTong.Decode.Tests.Decisions;

/// <summary>Journals on real files, and entries whose every field follows from their number.</summary>
internal static class TestJournal
{
    public static DecisionOptions OptionsIn(string folder, Action<DecisionOptions>? change = null)
    {
        var options = new DecisionOptions { Folder = folder, NodeId = "node-1", RetryMs = 10, SegmentMiB = 1 };
        change?.Invoke(options);
        return options;
    }

    public static DecisionJournal Open(
        string folder, Action<DecisionOptions>? change = null, RecordingLogs? logs = null) => new(
        Options.Create(OptionsIn(folder, change)), TimeProvider.System,
        new Logger<DecisionJournal>(logs ?? new RecordingLogs()));

    public static DecisionEntry Entry(long number) => new()
    {
        DecisionId = new UInt128((ulong)number, ~(ulong)number),
        AtMs = 1_700_000_000_000 + number,
        Handle = (ulong)number,
        Tags = (ulong)number * 7,
        DataRevision = (ulong)number * 13,
        Place = new($"merchant-{number % 5}", $"gate-{number % 11}", $"scene-{number % 3}"),
        Told = (ushort)(number % 3000),
        Cause = (ushort)(number % 2999),
        Decision = (Decision)(number % 3),
        CodeType = (byte)(number % 60),
        Fields = (byte)(number % 8),
    };

    /// <summary>Number of a record; fails where a field does not follow from it.</summary>
    public static long NumberOf(DecisionRecord record)
    {
        var number = (long)record.SubjectHandle;
        Span<byte> bytes = stackalloc byte[RecordFormat.LengthMax];
        var length = RecordFormat.Write(bytes, 1, 1, Entry(number));
        Assert.Equal(length, Read(bytes, out var expected));
        Assert.Equal(expected, record);
        return number;
    }

    /// <summary>Reads a record of journal 1 as it is shipped.</summary>
    public static int Read(ReadOnlySpan<byte> bytes, out DecisionRecord record)
    {
        Span<byte> message = stackalloc byte[RecordMessage.LengthMax];
        var length = RecordFormat.Read(bytes, 1, message, out _, out var written);
        record = DecisionRecord.Parser.ParseFrom(message[..written]);
        return length;
    }

    /// <summary>The records of a batch, as issuing reads them.</summary>
    public static IReadOnlyList<DecisionRecord> RecordsOf(DecisionBatch batch)
    {
        var records = AppendDecisionsRequest.Parser.ParseFrom(batch.Records.Span).Records;
        Assert.Equal(batch.Count, records.Count);
        return records;
    }

    /// <summary>Opens the folder anew and reads all that earlier journals left, as the shipper does.</summary>
    public static List<DecisionRecord> ReadBack(string folder, RecordingLogs? logs = null)
    {
        using var journal = Open(folder);
        return ReadAll(journal, logs);
    }

    public static List<DecisionRecord> ReadAll(DecisionJournal journal, RecordingLogs? logs = null)
    {
        using var reader = new JournalReader(journal, logs ?? new RecordingLogs());
        var records = new List<DecisionRecord>();
        while (reader.Next() is { } batch)
        {
            Assert.InRange(batch.Count, 1, JournalReader.BatchMax);
            records.AddRange(RecordsOf(batch));
            reader.Accept();
        }

        return records;
    }
}
