using System.Globalization;
using Microsoft.Extensions.Options;

namespace YiMaTong.Issuing.Incidents;

/// <summary>
/// Looks at one decode node by its admin listener: whether it is ready, and how old its data are. It reads a bounded
/// answer within a bounded time, off every request's path. Thread-safe.
/// </summary>
internal sealed class NodeProbe(IHttpClientFactory clients, IOptions<IncidentOptions> options, TimeProvider time)
{
    /// <summary>Name of the client in the factory.</summary>
    public const string ClientName = "decode-node-probe";

    // A node's metrics take some ten kilobytes.
    private const int AnswerMaxBytes = 1024 * 1024;
    private const string AgeMetric = "yimatong_decode_data_age_seconds";

    /// <summary>Looks.</summary>
    /// <param name="node">Base address of its admin listener.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <returns>Null where the node is well, else what is not.</returns>
    public async Task<string?> LookAsync(string node, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(
            TimeSpan.FromMilliseconds(options.Value.ProbeTimeoutMs), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var client = clients.CreateClient(ClientName);
            client.BaseAddress = new Uri(node);
            client.Timeout = Timeout.InfiniteTimeSpan;
            client.MaxResponseContentBufferSize = AnswerMaxBytes;
            using var ready = await client.GetAsync("/readyz", either.Token);
            if (!ready.IsSuccessStatusCode)
            {
                return "not ready";
            }

            var most = options.Value.DecodeDataAgeSeconds;
            var age = most > 0 ? AgeIn(await client.GetStringAsync("/metrics", either.Token)) : null;
            return age > most ? "its data are too old" : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "no answer in time";
        }
        catch (HttpRequestException failure)
        {
            return failure.HttpRequestError.ToString();
        }
        catch (Exception failure) when (failure is InvalidOperationException or IOException)
        {
            // A text in an encoding that nobody knows, a body that breaks off: whoever answers so is no node of ours.
            return "an answer that cannot be read";
        }
    }

    /// <summary>The age in Prometheus text; null where it is not told.</summary>
    internal static double? AgeIn(string metrics)
    {
        foreach (var line in metrics.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(AgeMetric, StringComparison.Ordinal))
            {
                continue;
            }

            var rest = line[AgeMetric.Length..];
            rest = rest.StartsWith("{") ? rest[(rest.IndexOf('}') + 1)..] : rest;
            rest = rest.TrimStart(' ');
            var end = rest.IndexOf(' ');
            if (double.TryParse(
                end < 0 ? rest : rest[..end], NumberStyles.Float, CultureInfo.InvariantCulture, out var age))
            {
                return age;
            }
        }

        return null;
    }
}
