using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using YiMaTong.Contracts.Decode.V1;

namespace YiMaTong.Decode.Tests.Load;

[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;

/// <summary>Far more callers than the node serves: what the served, the refused and the next one see.</summary>
[Collection(typeof(Alone))]
public sealed class OverloadTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Decode_AllPlacesTaken_IsRefusedWithStatusWaitAndDetails()
    {
        await using var host = await LoadedHost.StartAsync(Slow(places: 1));
        using var channel = host.Channel();
        var session = await LoadedHost.OpenAsync(channel);
        var client = new DecodeService.DecodeServiceClient(channel);
        // Of two at the same time one has the place, whichever came first.
        Task<DecodeResponse>[] calls =
        [
            client.DecodeAsync(Waiting(session), cancellationToken: Cancel).ResponseAsync,
            client.DecodeAsync(Waiting(session), cancellationToken: Cancel).ResponseAsync,
        ];
        var refusal = await Assert.ThrowsAsync<RpcException>(() => Task.WhenAll(calls));
        var held = Assert.Single(calls, call => call.IsCompletedSuccessfully);

        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        var wait = refusal.Trailers.GetValue("retry-after-ms");
        Assert.Contains(wait, new[] { "50", "75", "100", "150" });
        Assert.Equal(wait, refusal.Trailers.GetValue("grpc-retry-pushback-ms"));
        var details = Google.Rpc.Status.Parser.ParseFrom(refusal.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Equal((int)Code.ResourceExhausted, details.Code);
        var delay = details.Details.Single().Unpack<RetryInfo>().RetryDelay.ToTimeSpan().TotalMilliseconds;
        Assert.Equal(wait, $"{delay}");
        Assert.Equal("PY2018", (await held).Code);
        Assert.Equal("PY0000", (await client.DecodeAsync(Scan(session), cancellationToken: Cancel)).Code);
    }

    [Fact]
    public async Task Decode_ManyMoreCallersThanPlaces_ServedAreBoundedAndRefusedAreFast()
    {
        await using var host = await LoadedHost.StartAsync(Slow(places: 8));
        using var channel = host.Channel();
        var session = await LoadedHost.OpenAsync(channel);
        var (served, refused) = await LoadAsync(channel, 80, TimeSpan.FromSeconds(4), () => Waiting(session));

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"served {served.Count}, p99 {Percentile(served, 0.99):F1} ms; refused {refused.Count}, "
            + $"median {Percentile(refused, 0.5):F1} ms, p99 {Percentile(refused, 0.99):F1} ms");
        // Eight places, 100 ms a call: 80 a second is all there is, and almost all of it is given.
        Assert.InRange(served.Count, 0.7 * 80 * 4, 80 * 5);
        Assert.InRange(Percentile(served, 0.99), 95, 300);
        Assert.NotEmpty(refused);
        Assert.InRange(Percentile(refused, 0.5), 0, 20);
        var normal = await RecoversAsync(channel, session);
        TestContext.Current.TestOutputHelper?.WriteLine($"fifty calls in a row {normal:F2} s after the load");
    }

    [Fact]
    public async Task Decode_ProcessorsShort_KeepsTheQueueShortAndRecovers()
    {
        await using var host = await LoadedHost.StartAsync(new() { ["Decode:Load:TargetDelayMs"] = "5" });
        using var channel = host.Channel();
        var session = await LoadedHost.OpenAsync(channel);
        using var burning = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        // Other work in the thread pool takes what calls need: each piece 2 ms, far more than the processors do.
        var burners = 16 * Environment.ProcessorCount;
        using var ended = new SemaphoreSlim(0);
        for (var i = 0; i < burners; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(new Burner(ended, burning.Token), preferLocal: false);
        }

        var (served, refused) = await LoadAsync(channel, 40, TimeSpan.FromSeconds(3), () => Scan(session));
        var (_, refusedRest) = await RestAsync(host, 10);
        await burning.CancelAsync();
        for (var i = 0; i < burners; i++)
        {
            await ended.WaitAsync(Cancel);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"served {served.Count}, refused {refused.Count}; by REST {refusedRest} refused");
        Assert.NotEmpty(refused);
        Assert.True(refusedRest > 0);
        var normal = await RecoversAsync(channel, session);
        TestContext.Current.TestOutputHelper?.WriteLine($"fifty calls in a row {normal:F2} s after the load");
    }

    private static Dictionary<string, string?> Slow(int places) => new()
    {
        ["Decode:Load:MaxGateCalls"] = $"{places}",
        ["Decode:MinRevisionWaitMs"] = "100",
    };

    private static DecodeRequest Scan(ByteString session) => new() { Session = session, Qrcode = LoadedHost.Mint() };

    // Asks for a revision that never comes, and so is under way for as long as the node waits for one.
    private static DecodeRequest Waiting(ByteString session) =>
        new() { Session = session, Qrcode = "YM1", MinRevision = 1_000 };

    // Each caller obeys the wait that it is told.
    private static async Task<(ConcurrentBag<double> Served, ConcurrentBag<double> Refused)> LoadAsync(
        GrpcChannel channel, int callers, TimeSpan span, Func<DecodeRequest> request)
    {
        var client = new DecodeService.DecodeServiceClient(channel);
        var (served, refused) = (new ConcurrentBag<double>(), new ConcurrentBag<double>());
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
        {
            while (Stopwatch.GetElapsedTime(started) < span)
            {
                var calledAt = Stopwatch.GetTimestamp();
                try
                {
                    _ = await client.DecodeAsync(request(), cancellationToken: Cancel);
                    served.Add(Stopwatch.GetElapsedTime(calledAt).TotalMilliseconds);
                }
                catch (RpcException refusal) when (refusal.StatusCode == StatusCode.ResourceExhausted)
                {
                    refused.Add(Stopwatch.GetElapsedTime(calledAt).TotalMilliseconds);
                    var wait = int.Parse(
                        refusal.Trailers.GetValue("retry-after-ms")!,
                        System.Globalization.CultureInfo.InvariantCulture);
                    await Task.Delay(Math.Min(wait, 200), Cancel);
                }
            }
        }));
        return (served, refused);
    }

    private static async Task<(int Served, int Refused)> RestAsync(LoadedHost host, int calls)
    {
        using var http = new HttpClient { BaseAddress = host.At.Rest };
        var (served, refused) = (0, 0);
        for (var i = 0; i < calls; i++)
        {
            using var answer = await http.PostAsJsonAsync(
                "/api/v1/qrcode/decode", new { merchantId = "x" }, cancellationToken: Cancel);
            if (answer.StatusCode != HttpStatusCode.TooManyRequests)
            {
                served++;
                continue;
            }

            refused++;
            Assert.NotNull(answer.Headers.RetryAfter?.Delta);
            Assert.Contains("PY1998", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        return (served, refused);
    }

    private static async Task<double> RecoversAsync(GrpcChannel channel, ByteString session)
    {
        var client = new DecodeService.DecodeServiceClient(channel);
        var ended = Stopwatch.GetTimestamp();
        for (var inARow = 0; inARow < 50;)
        {
            try
            {
                var answer = await client.DecodeAsync(Scan(session), cancellationToken: Cancel);
                Assert.Equal("PY0000", answer.Code);
                inARow++;
            }
            catch (RpcException refusal) when (refusal.StatusCode == StatusCode.ResourceExhausted)
            {
                inARow = 0;
                Assert.True(Stopwatch.GetElapsedTime(ended).TotalSeconds < 5, "still refusing after 5 s");
                await Task.Delay(20, Cancel);
            }
        }

        var normal = Stopwatch.GetElapsedTime(ended).TotalSeconds;
        Assert.True(normal < 5, "not normal again within 5 s");
        return normal;
    }

    private static double Percentile(ConcurrentBag<double> values, double share) =>
        values.Order().ElementAt((int)((values.Count - 1) * share));

    /// <summary>Takes 2 ms of a processor again and again, each time from the end of the queue.</summary>
    private sealed class Burner(SemaphoreSlim ended, CancellationToken until) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            var started = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(started).TotalMilliseconds < 2)
            {
                Thread.SpinWait(50);
            }

            if (until.IsCancellationRequested)
            {
                ended.Release();
                return;
            }

            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
