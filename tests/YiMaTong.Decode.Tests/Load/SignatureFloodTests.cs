using System.Diagnostics;
using YiMaTong.Contracts.Decode.V1;

namespace YiMaTong.Decode.Tests.Load;

/// <summary>A flood of bad signatures under an honest device's own name and address, over real connections.</summary>
[Collection(typeof(Alone))]
public sealed class SignatureFloodTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenSession_FloodWithTheHonestName_LeavesTheHonestConnectionServed()
    {
        await using var host = await LoadedHost.StartAsync(new() { ["Decode:SessionsPerDevice"] = "64" });
        using var honest = host.Channel();
        _ = await LoadedHost.OpenAsync(honest);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var floods = Enumerable.Range(0, 8).Select(_ => FloodAsync(host, over.Token)).ToArray();
        var client = new DecodeService.DecodeServiceClient(honest);
        var (served, calls, waits) = (0, 0, new List<double>());
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started).TotalSeconds < 4; calls++)
        {
            var calledAt = Stopwatch.GetTimestamp();
            var answer = await client.OpenSessionAsync(LoadedHost.Opening(), cancellationToken: Cancel);
            waits.Add(Stopwatch.GetElapsedTime(calledAt).TotalMilliseconds);
            served += answer.Code == "PY0000" ? 1 : 0;
        }

        await over.CancelAsync();
        var bad = await Task.WhenAll(floods);
        waits.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"honest {served} of {calls}, median {waits[waits.Count / 2]:F1} ms, "
            + $"p99 {waits[(int)(waits.Count * 0.99)]:F1} ms; bad {bad.Sum(flood => flood.Sent)}, "
            + $"verified {bad.Sum(flood => flood.Verified)}");
        Assert.True(served >= 0.999 * calls, $"{served} of {calls} honest calls served");
        Assert.InRange(bad.Sum(flood => flood.Verified), 1, 200);
    }

    private static async Task<(int Sent, int Verified)> FloodAsync(LoadedHost host, CancellationToken over)
    {
        var (sent, verified) = (0, 0);
        using var channel = host.Channel();
        var client = new DecodeService.DecodeServiceClient(channel);
        while (!over.IsCancellationRequested)
        {
            sent++;
            try
            {
                var answer = await client.OpenSessionAsync(
                    LoadedHost.Opening(good: false), cancellationToken: Cancel);
                verified += answer.Code == "PY2002" ? 1 : 0;
            }
            catch (Grpc.Core.RpcException)
            {
                // Refused, or the connection was closed under it: both are what a flood gets.
                await Task.Yield();
            }
        }

        return (sent, verified);
    }
}
