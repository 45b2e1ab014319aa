using System.Diagnostics;
using YiMaTong.Decode;
using YiMaTong.Directory;
using YiMaTong.Directory.Snapshots;
using YiMaTong.Testing;

namespace YiMaTong.Faults.Tests;

/// <summary>
/// From the start of the process to ready, out of a verified snapshot, with issuing down. The time is shown, not
/// gated: machines differ. 1 million subjects; 10 million too with YIMATONG_LONG=1.
/// </summary>
public sealed class RestartTimeTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Start_FromASnapshot_IsReadySoon()
    {
        foreach (var (subjects, memoryMiB) in Size.IsLong ? [(1_000_000, 128), (10_000_000, 1_024)] : new[]
        {
            (1_000_000, 128),
        })
        {
            using var folder = new TempDirectory("yimatong-faults-");
            Write(folder, subjects);
            var watch = Stopwatch.StartNew();
            await using var node = await DecodeProcess.Start(
                folder.Path, FreePort.Take(1)[0], "", $"--Directory:MemoryMiB={memoryMiB}",
                $"--Directory:ExpectedSubjects={subjects}", "--Decode:Snapshot:IntervalSeconds=3600");
            var bytes = await node.Metric("dotnet_process_memory_working_set_bytes");
            output.WriteLine(
                $"{subjects} subjects: ready after {watch.ElapsedMilliseconds} ms, working set {bytes / 1e6:0} MB, "
                + $"{bytes / subjects:0} B a subject with all of the process, {Size.Name}");
            Assert.Equal(subjects, await node.Metric("yimatong_decode_subjects"));
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"{watch.Elapsed}");
        }
    }

    private static void Write(TempDirectory folder, int subjects)
    {
        var key = NodeKeyFile.ReadOrCreate(folder.Combine("node", "snapshot.key"));
        var header = new SnapshotHeader { Epoch = 1, Revision = (ulong)subjects, ConfirmedAtMs = Now() };
        var block = new SubjectEntry[SnapshotWriter.SubjectsMax];
        _ = new SnapshotFolder(folder.Combine("node", "snapshots"), key).Write(header, writer =>
        {
            for (var from = 0; from < subjects; from += block.Length)
            {
                var count = Math.Min(block.Length, subjects - from);
                for (var i = 0; i < count; i++)
                {
                    block[i].Handle = (ulong)(from + i + 1) * 0x9e3779b97f4a7c15;
                    block[i].Record = new() { Revision = 1, State = SubjectState.Active };
                    block[i].Record.SetConcealed("*三", "9**************4");
                }

                writer.WriteSubjects(block.AsSpan(0, count));
            }
        });
    }

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
}
