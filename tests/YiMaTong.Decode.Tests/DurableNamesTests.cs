using Microsoft.Extensions.Logging;
using YiMaTong.Decode.Decisions;
using YiMaTong.Decode.Tests.Used;
using YiMaTong.Decode.Used;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests;

/// <summary>Names outlive a loss of power: the folder is synced after a file is made.</summary>
public sealed class DurableNamesTests
{
    [Fact]
    public void Append_NewSegmentOfDecisions_SyncsTheFolderOnceAndRefusesWhereItCannot()
    {
        using var temporary = new TempDirectory();
        using var folder = new JournalFolder(temporary.Path);
        var (syncs, refuses) = (0, true);
        using var writer = new SegmentWriter(folder, Guid.NewGuid(), 1, 1 << 20, RandomAccess.Write, path =>
        {
            Assert.Equal(folder.Path, path);
            Assert.True(new FileInfo(Assert.Single(folder.Segments()).Path).Length > 0);
            syncs++;
            if (refuses)
            {
                throw new IOException("the folder cannot be synced");
            }
        });

        Assert.Throws<IOException>(() => writer.Append(new byte[100], 1));
        Assert.Null(writer.End);
        refuses = false;
        writer.Append(new byte[100], 1);
        writer.Append(new byte[100], 2);

        Assert.Equal(2, syncs);
        Assert.Equal(Segment.Header.Length + 200, writer.End!.Length);
    }

    [Fact]
    public void Reopen_NewFileOfUses_SyncsTheFolderAndTakesNoneWhereItCannot()
    {
        using var folder = new UsedFolder();
        var logs = new RecordingLogs();
        System.IO.Directory.CreateDirectory(folder.Path);
        var (syncs, refuses) = (0, true);
        var turns = new WriteTurns(1, TimeSpan.FromSeconds(1), TimeProvider.System);
        var disk = new UsedDisk(folder.Path, turns, RandomAccess.Write, path =>
        {
            Assert.Equal(folder.Path, path);
            Assert.Single(UsedFileName.Of(path, "codes"));
            syncs++;
            if (refuses)
            {
                throw new IOException("the folder cannot be synced");
            }
        });
        using var journal = new UsedJournal(
            "codes", disk, TimeSpan.FromSeconds(120), 5, false, TimeProvider.System,
            new Logger<UsedJournals>(logs), () => { });

        _ = journal.Restore(_ => true);
        Assert.True(journal.Trouble);
        refuses = false;
        journal.Tend();
        journal.Note(new(1, 1, 1, 1, 1));
        journal.Tend();

        Assert.False(journal.Trouble);
        Assert.Equal(2, syncs);
    }
}
