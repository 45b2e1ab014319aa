using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Options;
using YiMaTong.Issuing.Incidents;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Sms;

/// <summary>
/// Hands messages to a gateway over HTTP: POST of {"id","phone","text"} with the headers Idempotency-Key,
/// YiMaTong-Timestamp (seconds of the Unix epoch) and YiMaTong-Signature: Base64 of HMAC-SHA256 over timestamp, line
/// feed, key, line feed, body. 2xx and 409 (known already) are acceptance; 429 and 503 are busy; 408 and other 5xx are
/// no answer; the rest is refusal. Neither number nor text is ever logged. Thread-safe.
/// </summary>
internal sealed class HttpSmsGateway : ISmsGateway
{
    /// <summary>Name of the client in the factory.</summary>
    public const string ClientName = "sms-gateway";

    public const string KeyHeader = "Idempotency-Key";
    public const string TimestampHeader = "YiMaTong-Timestamp";
    public const string SignatureHeader = "YiMaTong-Signature";

    private const int AnswerMaxBytes = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly IHttpClientFactory _clients;
    private readonly SmsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<HttpSmsGateway> _log;
    private readonly byte[] _key;

    /// <summary>Reads the key.</summary>
    /// <exception cref="StorageUnavailableException">The key's file is missing or holds something else.</exception>
    public HttpSmsGateway(
        IHttpClientFactory clients, IOptions<SmsOptions> options, IOptions<IssuingOptions> issuing, TimeProvider time,
        ILogger<HttpSmsGateway> log)
    {
        (_clients, _options, _time, _log) = (clients, options.Value, time, log);
        _key = KeyFiles.ReadKey(
            $"{SmsOptions.Section}:{nameof(SmsOptions.KeyFile)}", _options.KeyFile, issuing.Value.CreateMissingKeys);
    }

    /// <inheritdoc />
    public async Task<SmsVerdict> SendAsync(SmsMessage message, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(_options.TimeoutMs), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var client = _clients.CreateClient(ClientName);
            client.MaxResponseContentBufferSize = AnswerMaxBytes;
            client.Timeout = Timeout.InfiniteTimeSpan;
            using var request = Compose(message);
            using var response = await client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return Judge(response);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _log.SmsNoAnswer("timeout");
        }
        catch (HttpRequestException failure)
        {
            _log.SmsNoAnswer(failure.HttpRequestError.ToString());
        }

        return new SmsVerdict(SmsOutcome.NoAnswer);
    }

    /// <summary>Signs a request; the gateway does the same and compares.</summary>
    internal static string Sign(ReadOnlySpan<byte> key, string timestamp, string messageKey, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes($"{timestamp}\n{messageKey}\n");
        return Convert.ToBase64String(HMACSHA256.HashData(key, (byte[])[.. head, .. body]));
    }

    private HttpRequestMessage Compose(SmsMessage message)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new Body(message.Key, message.Phone, message.Text), Json);
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return new HttpRequestMessage(HttpMethod.Post, _options.Endpoint)
        {
            Content = new ByteArrayContent(body)
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") },
            },
            Headers =
            {
                { KeyHeader, message.Key },
                { TimestampHeader, timestamp },
                { SignatureHeader, Sign(_key, timestamp, message.Key, body) },
            },
        };
    }

    private SmsVerdict Judge(HttpResponseMessage response)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.Conflict:
            case >= HttpStatusCode.OK and < HttpStatusCode.Ambiguous:
                return new SmsVerdict(SmsOutcome.Accepted);
            case HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable:
                var after = response.Headers.RetryAfter;
                return new SmsVerdict(SmsOutcome.Busy, after?.Delta ?? after?.Date - _time.GetUtcNow());
            case HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError:
                _log.SmsNoAnswer(((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
                return new SmsVerdict(SmsOutcome.NoAnswer);
            default:
                return new SmsVerdict(SmsOutcome.Refused);
        }
    }

    private sealed record Body(string Id, string Phone, string Text);
}
