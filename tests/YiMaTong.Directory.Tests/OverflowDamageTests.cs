namespace YiMaTong.Directory.Tests;

/// <summary>A bit that flips in the overflow file is never a wrong answer, wherever it is.</summary>
public sealed class OverflowDamageTests
{
    private const ulong Handles = 40_000;

    [Fact]
    public void TryRead_AnyBitOfTheFileFlipped_IsRightOrUnknown()
    {
        using var folder = new TemporaryFolder();
        using var directory = folder.Open();
        var random = new Random(11);
        var lost = 0;
        for (var round = 0; round < 12; round++)
        {
            for (var handle = 1UL; handle <= Handles; handle++)
            {
                directory.Apply(handle, Records.Of(handle, 1));
            }

            directory.MarkComplete();
            FlipBits(folder, random, flips: 3);
            for (var handle = 1UL; handle <= Handles; handle += 7)
            {
                var status = directory.TryRead(handle, out var record);
                Assert.NotEqual(LookupStatus.NotFound, status);
                Assert.True(status == LookupStatus.Unknown || Records.IsWhole(handle, record));
            }

            for (var handle = 1UL; handle <= Handles && directory.IsComplete; handle++)
            {
                var status = directory.TryRead(handle, out var record);
                Assert.NotEqual(LookupStatus.NotFound, status);
                Assert.True(status == LookupStatus.Unknown || Records.IsWhole(handle, record));
            }

            lost += directory.IsComplete ? 0 : 1;
            directory.Clear();
        }

        Assert.True(lost >= 9, $"only {lost} of 12 were found out");
    }

    [Fact]
    public void Scan_FlippedBit_Throws()
    {
        using var folder = new TemporaryFolder();
        using var directory = folder.Open();
        for (var handle = 1UL; handle <= Handles; handle++)
        {
            directory.Apply(handle, Records.Of(handle, 1));
        }

        FlipBits(folder, new Random(5), flips: 1);
        var entries = new SubjectEntry[100];
        Assert.Throws<IOException>(() =>
        {
            using var cursor = directory.Scan();
            while (cursor.Read(entries) > 0)
            {
                // What is read is not looked at: the end must not come.
            }
        });
        Assert.False(directory.IsComplete);
    }

    private static void FlipBits(TemporaryFolder folder, Random random, int flips)
    {
        for (var i = 0; i < flips; i++)
        {
            var files = folder.Overflow();
            using var file = new FileStream(
                files[random.Next(files.Length)], FileMode.Open, FileAccess.ReadWrite,
                FileShare.ReadWrite | FileShare.Delete);
            file.Position = random.Next((int)file.Length);
            var value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(value ^ (1 << random.Next(8))));
            file.Flush(flushToDisk: true);
        }
    }
}
