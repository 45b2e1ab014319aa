using System.Runtime.InteropServices;
using YiMaTong.Directory.Snapshots;

namespace YiMaTong.Directory.Tests;

/// <summary>What reaches disk is frozen: another layout is another version of the file.</summary>
public sealed class SnapshotFormatTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void SubjectEntry_Bytes_AreFrozen()
    {
        var entry = new SubjectEntry
        {
            Handle = 0x0807060504030201,
            Record = new()
            {
                Revision = 0x11,
                Tags = 0x22,
                Attributes = 0x33,
                ValidFrom = 0x44,
                ConsentUntil = 0x55,
                SceneKinds = 0x66,
                Fields = 7,
                State = SubjectState.Frozen,
            },
        };
        entry.Record.SetConcealed("**三", "9**************X");
        var bytes = Convert.ToHexString(MemoryMarshal.AsBytes([entry]));

        Assert.Equal(
            "0102030405060708" + "1100000000000000" + "2200000000000000" + "3300000000000000" + "44000000" + "55000000"
            + "66000000" + "07" + "02" + "02" + "03" + "E4B889" + new string('0', 58) + "39000000" + "58000000",
            bytes);
    }

    [Fact]
    public void Header_WrittenAndRead_IsTheSame()
    {
        using var folder = new TemporaryFolder();
        var snapshots = new SnapshotFolder(folder.FullName, Key);
        var header = new SnapshotHeader
        {
            Epoch = new UInt128(1, 2),
            Revision = ulong.MaxValue,
            ConfirmedAtMs = 3,
            Boot = Guid.NewGuid(),
            ConfirmedUptimeMs = -4,
        };

        var written = snapshots.Write(header, writer => writer.WriteEntities([1, 2, 3]));

        Assert.Equal(header with { Sequence = 1 }, written);
        var file = Assert.Single(snapshots.List());
        Assert.Equal(written, file.Header);
        using var reader = snapshots.TryOpen(file)!;
        Assert.Equal(SnapshotBlock.Entities, reader.ReadBlock());
        Assert.Equal([1, 2, 3], reader.Entities.ToArray());
        Assert.Equal(SnapshotBlock.End, reader.ReadBlock());
        Assert.Equal(SnapshotBlock.Damaged, reader.ReadBlock());
    }

    [Fact]
    public void Write_FourTimes_KeepsTwoAndFailuresKeepBoth()
    {
        using var folder = new TemporaryFolder();
        var snapshots = new SnapshotFolder(folder.FullName, Key);
        for (var revision = 1UL; revision <= 4; revision++)
        {
            snapshots.Write(new() { Epoch = 1, Revision = revision }, writer => writer.WriteSubjects([]));
        }

        Assert.Throws<IOException>(() => snapshots.Write(
            new() { Epoch = 1, Revision = 5 }, _ => throw new IOException("No space left on device")));
        Assert.Equal([4UL, 3UL], snapshots.List().Select(file => file.Header.Revision));
        Assert.Equal(2, System.IO.Directory.GetFiles(folder.FullName).Length);
    }

    // The node that started from the older one kept the damaged one beside what it wrote next.
    [Fact]
    public void Write_NewestIsDistrusted_KeepsTheWholeOneBefore()
    {
        using var folder = new TemporaryFolder();
        var snapshots = new SnapshotFolder(folder.FullName, Key);
        for (var revision = 1UL; revision <= 2; revision++)
        {
            snapshots.Write(new() { Epoch = 1, Revision = revision }, writer => writer.WriteSubjects([]));
        }

        snapshots.Distrust(snapshots.List()[0]);
        Assert.Equal([2UL, 1UL], snapshots.List().Select(file => file.Header.Revision));
        snapshots.Write(new() { Epoch = 1, Revision = 3 }, writer => writer.WriteSubjects([]));
        Assert.Equal([3UL, 1UL], snapshots.List().Select(file => file.Header.Revision));
        snapshots.Write(new() { Epoch = 1, Revision = 4 }, writer => writer.WriteSubjects([]));
        Assert.Equal([4UL, 3UL], snapshots.List().Select(file => file.Header.Revision));
    }

    [Fact]
    public void Verify_AnyBitOfASmallFileFlipped_IsFoundOut()
    {
        using var folder = new TemporaryFolder();
        var snapshots = new SnapshotFolder(folder.FullName, Key);
        snapshots.Write(
            new() { Epoch = 1, Revision = 5 }, writer => writer.WriteSubjects([new SubjectEntry { Handle = 1 }]));
        var path = Assert.Single(snapshots.List()).Path;
        var bytes = File.ReadAllBytes(path);
        for (var bit = 0; bit < bytes.Length * 8; bit += 5)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, bytes);
            Assert.Null(SnapshotReader.Verify(path, Key));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        File.WriteAllBytes(path, bytes);
        Assert.NotNull(SnapshotReader.Verify(path, Key));
        Assert.Null(SnapshotReader.Verify(path, new byte[32]));
    }
}
