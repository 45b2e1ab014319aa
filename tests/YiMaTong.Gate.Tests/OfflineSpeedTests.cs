using System.Diagnostics;
using System.Globalization;

namespace YiMaTong.Gate.Tests;

/// <summary>What an offline scan takes from the text to the answer; printed, and bounded far off.</summary>
[Collection(nameof(OfflineSpeedTests))]
[CollectionDefinition(nameof(OfflineSpeedTests), DisableParallelization = true)]
public sealed class OfflineSpeedTests : IDisposable
{
    private const int Scans = 1_000;

    private readonly GateWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scan_HolderBound_TakesWhatItsSignaturesAndTheDiskTake(bool durable)
    {
        _world.Synchronise(_world.Trust.Declaration());
        await using var gate = await _world.OpenAsync(change: options => options.DurableJournal = durable);
        var codes = Enumerable.Range(0, Scans)
            .Select(i => _world.Trust.Shown(_world.Trust.Token(i), _world.Clock.GetUtcNow())).ToList();
        var took = new List<double>();
        foreach (var code in codes)
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await gate.ScanAsync(code, cancellation: TestContext.Current.CancellationToken);
            took.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            Assert.Equal("PY0000", answer.Code);
            Assert.True(answer.IsRecorded == true || !durable);
        }

        took.Sort();
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(durable ? "durable" : "fast")}: median {took[Scans / 2]:F0} µs, p99 {took[Scans * 99 / 100]:F0} µs"));
        Assert.InRange(took[Scans / 2], 0, 100_000);
    }
}
