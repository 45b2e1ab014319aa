using System.Text.Json;
using Microsoft.Extensions.Options;
using YiMaTong.Issuing.Platform;

namespace YiMaTong.Issuing.RealName;

/// <summary>
/// Asks a government service: POST of {"idType","idNumber","name"} as JSON, answered by 200 and {"match": true or
/// false}. Whatever else comes back, or nothing in time, is Unavailable. Neither body is ever logged. Thread-safe.
/// </summary>
internal sealed class HttpRealNameAuthority(
    IHttpClientFactory clients, IOptions<RealNameOptions> options, TimeProvider time,
    ILogger<HttpRealNameAuthority> logger)
    : IRealNameAuthority
{
    /// <summary>Name of the client in the factory.</summary>
    public const string ClientName = "real-name-authority";

    private const int AnswerMaxBytes = 64 * 1024;

    /// <inheritdoc />
    public async Task<RealNameVerdict> VerifyAsync(CitizenIdentity identity, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(options.Value.TimeoutMs), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await Ask(identity, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            RealNameLog.NoAnswer(logger, "timeout");
        }
        catch (HttpRequestException failure)
        {
            RealNameLog.NoAnswer(logger, failure.HttpRequestError.ToString());
        }
        catch (JsonException)
        {
            RealNameLog.NoAnswer(logger, "not understood");
        }

        return RealNameVerdict.Unavailable;
    }

    private async Task<RealNameVerdict> Ask(CitizenIdentity identity, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(ClientName);
        client.MaxResponseContentBufferSize = AnswerMaxBytes;
        client.Timeout = Timeout.InfiniteTimeSpan;
        using var response = await client.PostAsJsonAsync(
            options.Value.Endpoint, new Question(identity.IdType, identity.IdNumber, identity.Name), cancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<Answer>(cancellationToken))?.Match switch
        {
            true => RealNameVerdict.Confirmed,
            false => RealNameVerdict.Refused,
            null => throw new JsonException("The answer lacks \"match\"."),
        };
    }

    private sealed record Question(string IdType, string IdNumber, string Name);

    private sealed record Answer(bool? Match);
}

/// <summary>What real-name authentication logs: never who was asked about.</summary>
internal static partial class RealNameLog
{
    [LoggerMessage(
        1, LogLevel.Warning, "The real-name authority gave no answer: {Reason}", EventName = "RealNameNoAnswer")]
    public static partial void NoAnswer(ILogger logger, string reason);
}
