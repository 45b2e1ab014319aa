using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using YiMaTong.Decode.Engine;
using YiMaTong.Decode.Used;
using YiMaTong.Directory;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests.Used;

/// <summary>The journal's files: damaged, full, by generation.</summary>
public sealed class UsedJournalTests : IDisposable
{
    private static readonly uint Now = (uint)Node.Start.ToUnixTimeSeconds();
    private readonly FakeTimeProvider _time = new(Node.Start);
    private readonly RecordingLogs _logs = new();

    public void Dispose() => _logs.Dispose();

    private UsedJournals Open(UsedOptions options) =>
        new(options, new DecodeOptions(), _time, new Logger<UsedJournals>(_logs));

    private SingleUse Codes(UsedJournals journals) =>
        new(
            Microsoft.Extensions.Options.Options.Create(new DecodeOptions()), _time, journals,
            new(journals.ScanKey));

    private static CodeUse Use(int code, uint scan = 1) =>
        new((UInt128)code, Now - 10, scan, true, World.MacId, Node.Start.ToUnixTimeMilliseconds());

    private static ClaimStatus Claim(SingleUse codes, int code, uint scan = 1)
    {
        UInt128 decision = (UInt128)(code + 7_000);
        var status = codes.Claim(Use(code, scan), ref decision);
        Assert.True(status != ClaimStatus.Claimed || decision == (UInt128)(code + 7_000));
        return status;
    }

    private UsedFileName Fill(UsedFolder folder, int count)
    {
        using (var journals = Open(folder.Options))
        {
            var codes = Codes(journals);
            for (var code = 1; code <= count; code++)
            {
                Assert.Equal(ClaimStatus.Claimed, Claim(codes, code));
            }
        }

        return Assert.Single(UsedFileName.Of(folder.Path, "codes"));
    }

    /// <summary>Has the node start on damaged bytes, and tries each code from another device.</summary>
    private void Check(UsedFileName file, byte[] bytes, int count, bool isCut, string what)
    {
        foreach (var old in UsedFileName.Of(Path.GetDirectoryName(file.Path)!, "codes"))
        {
            File.Delete(old.Path);
        }

        File.WriteAllBytes(file.Path, bytes);
        File.SetLastWriteTimeUtc(file.Path, Node.Start.UtcDateTime);
        var intact = new HashSet<UInt128>();
        _ = UsedFileReader.Read(file, use => intact.Add(use.Key));
        using var journals = Open(new() { Folder = Path.GetDirectoryName(file.Path)! });
        var codes = Codes(journals);
        for (var code = 1; code <= count; code++)
        {
            var status = Claim(codes, code, scan: 2);
            Assert.True(
                intact.Contains((UInt128)code) ? status == ClaimStatus.Held : isCut || status == ClaimStatus.Forgotten,
                $"{what}: code {code} is {status}");
            Assert.True(
                !intact.Contains((UInt128)code) || Claim(codes, code, scan: 1) == ClaimStatus.Claimed,
                $"{what}: the repetition of {code} is refused");
        }
    }

    [Fact]
    public void Restore_BitFlippedAtEachByte_NeverFreesACode()
    {
        const int Count = 8;
        using var folder = new UsedFolder();
        var file = Fill(folder, Count);
        var whole = File.ReadAllBytes(file.Path);
        Assert.Equal(Count * UsedSlot.Size, whole.Length);
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= (byte)(1 << (at % 8));
            Check(file, damaged, Count, isCut: false, $"byte {at}");
        }
    }

    [Fact]
    public void Restore_CutAtEachByte_KeepsEachWholeUse()
    {
        const int Count = 8;
        using var folder = new UsedFolder();
        var file = Fill(folder, Count);
        var whole = File.ReadAllBytes(file.Path);
        for (var length = 0; length < whole.Length; length++)
        {
            Check(file, whole[..length], Count, isCut: true, $"length {length}");
        }
    }

    [Fact]
    public void Restore_RandomDamage_NeverFreesAnIntactUse()
    {
        const int Count = 1_500;
        var seed = Environment.TickCount;
        var random = new Random(seed);
        using var folder = new UsedFolder();
        var file = Fill(folder, Count);
        var whole = File.ReadAllBytes(file.Path);
        var rounds = Environment.GetEnvironmentVariable("YIMATONG_LONG") == "1" ? 2_000 : 60;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}, {rounds} rounds; YIMATONG_LONG=1 for 2,000");
        for (var round = 0; round < rounds; round++)
        {
            var damaged = (byte[])whole.Clone();
            var (from, length) = (random.Next(damaged.Length), random.Next(1, 2_000));
            var part = damaged.AsSpan(from, Math.Min(length, damaged.Length - from));
            switch (random.Next(4))
            {
                case 0:
                    random.NextBytes(part);
                    break;
                case 1:
                    part.Clear();
                    break;
                case 2:
                    damaged.AsSpan(random.Next(damaged.Length - part.Length), part.Length).CopyTo(part);
                    break;
                default:
                    damaged = damaged[..from];
                    break;
            }

            Check(file, damaged, Count, isCut: true, $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void Restore_SlotsCopiedElsewhere_AreNoUses()
    {
        using var folder = new UsedFolder();
        var file = Fill(folder, 4);
        var whole = File.ReadAllBytes(file.Path);
        var moved = (byte[])whole.Clone();
        whole.AsSpan(0, UsedSlot.Size).CopyTo(moved.AsSpan(UsedSlot.Size));
        File.WriteAllBytes(file.Path, moved);
        Assert.Equal((3, 1), (UsedFileReader.Read(file).Uses, UsedFileReader.Read(file).Damaged));
        var other = UsedFileName.New(folder.Path, "codes", 1);
        File.WriteAllBytes(other.Path, whole);
        Assert.Equal((0, 4), (UsedFileReader.Read(other).Uses, UsedFileReader.Read(other).Damaged));
    }

    [Fact]
    public void Restore_Damage_IsLoggedAndCounted()
    {
        using var folder = new UsedFolder();
        var file = Fill(folder, 4);
        var bytes = File.ReadAllBytes(file.Path);
        bytes[70] ^= 1;
        File.WriteAllBytes(file.Path, bytes);
        using var journals = Open(folder.Options);
        _ = Codes(journals);
        Assert.Equal(1, journals.Damaged);
        Assert.Contains(_logs.Entries, entry => entry.Event == "Damaged");
    }

    [Fact]
    public void Note_ManyWriters_LeavesEachUse()
    {
        const int Writers = 4;
        const int Each = 5_000;
        using var folder = new UsedFolder();
        using (var journals = Open(folder.Options))
        {
            var codes = Codes(journals);
            var threads = Enumerable.Range(0, Writers).Select(writer => new Thread(() =>
            {
                for (var i = 0; i < Each; i++)
                {
                    UInt128 decision = 1;
                    _ = codes.Claim(Use((writer * Each) + i + 1), ref decision);
                }
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
        }

        var keys = new HashSet<UInt128>();
        var summary = UsedFileReader.Read(
            Assert.Single(UsedFileName.Of(folder.Path, "codes")), use => Assert.True(keys.Add(use.Key)));
        Assert.Equal((Writers * Each, 0), (summary.Uses, summary.Damaged));
        Assert.Equal(Writers * Each, keys.Count);
    }

    [Fact]
    public async Task Tend_TimeGoesOn_DropsWholeFilesAndKeepsTheDiskBounded()
    {
        using var folder = new UsedFolder();
        using var journals = Open(folder.Options);
        var codes = Codes(journals);
        for (var life = 0; life < 8; life++)
        {
            Assert.Equal(ClaimStatus.Claimed, ClaimFresh(codes, life));
            var at = life;
            await AwaitUntil.Soon(
                () => UsedFileName.Of(folder.Path, "codes").Count <= 3, $"files of life {at} are dropped");
            _time.Advance(TimeSpan.FromSeconds(121));
        }

        await AwaitUntil.Soon(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(121));
                return UsedFileName.Of(folder.Path, "codes").Count == 1;
            },
            "all is over");
    }

    private ClaimStatus ClaimFresh(SingleUse codes, int code)
    {
        UInt128 decision = 1;
        var now = _time.GetUtcNow();
        return codes.Claim(
            new(
                (UInt128)(code + 1), (uint)now.ToUnixTimeSeconds(), 1, true, World.MacId,
                now.ToUnixTimeMilliseconds()),
            ref decision);
    }

    // Without its folder no new file can be made, as on a disk without room for one.
    [Fact]
    public async Task Note_DiskRefuses_HoldsInMemoryAndIsWrittenLater()
    {
        using var folder = new UsedFolder();
        using var journals = Open(folder.Options);
        var codes = Codes(journals);
        Assert.Equal(ClaimStatus.Claimed, Claim(codes, 1));
        var aside = folder.Path + "-aside";
        System.IO.Directory.Move(folder.Path, aside);
        _time.Advance(TimeSpan.FromSeconds(121));
        await AwaitUntil.Soon(
            () => journals.Trouble && _logs.Entries.Any(entry => entry.Event == "CannotWrite"),
            "the alarm is raised and told");
        Assert.Equal(ClaimStatus.Claimed, Claim(codes, 2));
        Assert.Equal(ClaimStatus.Held, Claim(codes, 2, scan: 2));

        System.IO.Directory.Move(aside, folder.Path);
        await AwaitUntil.Soon(() => !journals.Trouble, "the alarm is over");
        Assert.Contains(_logs.Entries, entry => entry.Event == "WritesAgain");
        using var after = Open(folder.Kill());
        Assert.Equal(ClaimStatus.Held, Claim(Codes(after), 2, scan: 2));
    }

    [Fact]
    public void Note_NoFileAtAll_IsBoundedAndPutsWhatIsLostBehindTheHorizon()
    {
        using var folder = new UsedFolder();
        System.IO.Directory.CreateDirectory(folder.Path);
        var missing = Path.Combine(folder.Path, "missing");
        var journal = new UsedJournal(
            "codes", new(missing, new(1, TimeSpan.FromSeconds(1), _time), RandomAccess.Write),
            TimeSpan.FromSeconds(120), 5, false, _time, new Logger<UsedJournals>(_logs), () => { });
        System.IO.Directory.CreateDirectory(missing);
        _ = journal.Restore(_ => true);
        System.IO.Directory.Delete(missing, recursive: true);
        _time.Advance(TimeSpan.FromSeconds(121));
        journal.Note(new(1, 1, 1, Now, 1));
        journal.Dispose();
        for (var i = 0; i < UsedBacklog.Max + 10; i++)
        {
            journal.Note(new((UInt128)(i + 2), 1, 1, Now + (uint)i, 1));
        }

        Assert.InRange(journal.Lost, 10, 11);
        System.IO.Directory.CreateDirectory(missing);
        journal.Tend();
        Assert.Equal(Now + UsedBacklog.Max + 9, UsedFileReader.Read(
            Assert.Single(UsedFileName.Of(missing, "codes"))).Horizon);
        journal.Dispose();
    }

    [Fact]
    public void Open_FolderOfAnotherProcess_IsRefused()
    {
        using var folder = new UsedFolder();
        using var journals = Open(folder.Options);
        Assert.Throws<IOException>(() => Open(folder.Options));
    }

    [Fact]
    public void Open_Key_IsReadableByItsOwnerAlone()
    {
        using var folder = new UsedFolder();
        using var journals = Open(folder.Options);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path.Combine(folder.Path, "scan.key")));
        }

        using var after = Open(folder.Kill());
        Assert.Equal(journals.ScanKey, after.ScanKey);
    }
}
