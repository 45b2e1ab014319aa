using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using YiMaTong.Decode.Overflow;
using YiMaTong.Directory;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests;

/// <summary>What operators hear of pages that the overflow file's disk does not take.</summary>
public sealed class OverflowWatchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Look_PagesWaitForAWhile_LogsBeginAndEndOnceAndTriesThemAgain()
    {
        using var node = Node.Ready();
        var directory = new WaitingDirectory();
        using var watch = Watch(node, directory);
        await watch.StartAsync(Cancellation);
        await Passing(node, () => directory.Looks > 3);
        Assert.Empty(Told(node));

        directory.Bytes = 5_000;
        await Passing(node, () => directory.Retries > 3);
        var (level, _, text) = Assert.Single(Told(node));
        Assert.Equal(LogLevel.Error, level);
        Assert.Contains("refuses pages: 5000 bytes wait in memory", text, StringComparison.Ordinal);

        directory.Bytes = 0;
        var (looks, retries) = (directory.Looks, directory.Retries);
        await Passing(node, () => directory.Looks > looks + 3);
        Assert.InRange(directory.Retries, retries, retries + 1);
        Assert.Equal(["Waiting", "WaitsNoMore"], Told(node).Select(entry => entry.Event));
        await watch.StopAsync(Cancellation);
    }

    [Fact]
    public async Task CheckHealth_PagesWait_IsReadyAndSaysSoWhileItLasts()
    {
        var directory = new WaitingDirectory();
        var health = new OverflowHealth(directory);
        Assert.Equal((HealthStatus.Healthy, null), await Check());
        directory.Bytes = 5_000;
        Assert.Equal(
            (HealthStatus.Healthy, "the disk refuses pages of the directory; 5 KiB wait in memory"), await Check());
        directory.Bytes = 0;
        Assert.Equal((HealthStatus.Healthy, null), await Check());

        async Task<(HealthStatus Status, string? Text)> Check()
        {
            var result = await health.CheckHealthAsync(new(), Cancellation);
            return (result.Status, result.Description);
        }
    }

    [Fact]
    public void Metric_PagesWait_ShowsTheirBytes()
    {
        using var node = Node.Ready();
        var directory = new WaitingDirectory { Bytes = 5_000 };
        using var watch = Watch(node, directory);
        var seen = new List<long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "yimatong.decode.overflow.unwritten" && instrument.Meter.Scope == node.Meters)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => seen.Add(value));
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal([5_000], seen);
    }

    private static OverflowWatch Watch(Node node, ISubjectDirectory directory) =>
        new(node.Meters, directory, node.Time, new Logger<OverflowWatch>(node.Logs));

    private static (LogLevel Level, string Event, string Text)[] Told(Node node) =>
        [.. node.Logs.Entries.Where(entry => entry.Event.StartsWith("Wait", StringComparison.Ordinal))];

    private static Task Passing(Node node, Func<bool> condition) => AwaitUntil.Soon(
        () =>
        {
            node.Time.Advance(OverflowWatch.Interval);
            return condition();
        },
        "the watch looks");

    /// <summary>A directory of which nothing but the number of waiting bytes is asked.</summary>
    private sealed class WaitingDirectory : ISubjectDirectory
    {
        private long _bytes;
        private int _looks;
        private int _retries;

        public long Bytes
        {
            set => Volatile.Write(ref _bytes, value);
        }

        public int Looks => Volatile.Read(ref _looks);

        public int Retries => Volatile.Read(ref _retries);

        public long UnwrittenBytes
        {
            get
            {
                Interlocked.Increment(ref _looks);
                return Volatile.Read(ref _bytes);
            }
        }

        public long Count => throw new NotSupportedException();

        public bool IsComplete => throw new NotSupportedException();

        public void RetryUnwritten() => Interlocked.Increment(ref _retries);

        public LookupStatus TryRead(ulong handle, out Directory.SubjectRecord record) =>
            throw new NotSupportedException();

        public void Apply(ulong handle, in Directory.SubjectRecord record) => throw new NotSupportedException();

        public void MarkComplete() => throw new NotSupportedException();

        public void Clear() => throw new NotSupportedException();

        public ISubjectCursor Scan() => throw new NotSupportedException();

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
