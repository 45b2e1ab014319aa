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
        var held = client.DecodeAsync(Waiting(session), cancellationToken: Cancel);
        var refusal = await RefusedAsync(client, session);

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

        // Eight places, 100 ms a call: 80 a second is all there is, and almost all of it is given.
        Assert.InRange(served.Count, 0.7 * 80 * 4, 80 * 5);
        Assert.InRange(Percentile(served, 0.99), 95, 300);
        Assert.NotEmpty(refused);
        Assert.InRange(Percentile(refused, 0.5), 0, 20);
        await RecoversAsync(channel, session);
    }

    [Fact]
    public async Task Decode_ProcessorsShort_KeepsTheQueueShortAndRecovers()
    {
        await using var host = await LoadedHost.StartAsync();
        using var channel = host.Channel();
        var session = await LoadedHost.OpenAsync(channel);
        using var burning = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        // Other work in the thread pool takes what calls need: each piece 2 ms, far more than the processors do.
        var burners = Enumerable.Range(0, 16 * Environment.ProcessorCount).Select(_ => BurnAsync(burning.Token));
        var other = Task.WhenAll(burners.ToArray());
        var (_, refused) = await LoadAsync(channel, 20, TimeSpan.FromSeconds(3), () => Scan(session));
        var (_, refusedRest) = await RestAsync(host, 20);
        await burning.CancelAsync();
        await other;

        Assert.NotEmpty(refused);
        Assert.True(refusedRest > 0);
        await RecoversAsync(channel, session);
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

    private static async Task<RpcException> RefusedAsync(DecodeService.DecodeServiceClient client, ByteString session)
    {
        while (true)
        {
            try
            {
                _ = await client.DecodeAsync(Waiting(session), cancellationToken: Cancel);
            }
            catch (RpcException refusal)
            {
                return refusal;
            }
        }
    }

    private static async Task BurnAsync(CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            await Task.Yield();
            var started = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(started).TotalMilliseconds < 2)
            {
                Thread.SpinWait(50);
            }
        }
    }

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

    private static async Task RecoversAsync(GrpcChannel channel, ByteString session)
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

        Assert.True(Stopwatch.GetElapsedTime(ended).TotalSeconds < 5, "not normal again within 5 s");
    }

    private static double Percentile(ConcurrentBag<double> values, double share) =>
        values.Order().ElementAt((int)((values.Count - 1) * share));
}
