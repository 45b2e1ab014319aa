using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace YiMaTong.Issuing.Tests.Incidents;

/// <summary>
/// An SMS gateway over real HTTP: it checks every signature, heeds idempotency keys, and answers as a test wants it.
/// </summary>
internal sealed class FakeGateway : IAsyncDisposable
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, (string Phone, string Text)> _sent = new();
    private readonly WebApplication _app;
    private int _calls;

    private FakeGateway()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.Run(Answer);
    }

    /// <summary>Decides the status by the number of the call, from 1; 0 hangs. 202 by default.</summary>
    public Func<int, int> Status { get; set; } = _ => 202;

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Calls whose signature, key or form was wrong.</summary>
    public ConcurrentQueue<string> Wrong { get; } = new();

    /// <summary>What phones got, one entry for each key.</summary>
    public IReadOnlyCollection<(string Phone, string Text)> Sent => [.. _sent.Values];

    public string KeyBase64 => Convert.ToBase64String(_key);

    public string Address => _app.Urls.First() + "/send";

    public static async Task<FakeGateway> StartAsync()
    {
        var gateway = new FakeGateway();
        await gateway._app.StartAsync(TestContext.Current.CancellationToken);
        return gateway;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        var call = Interlocked.Increment(ref _calls);
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var headers = context.Request.Headers;
        var key = headers["Idempotency-Key"].ToString();
        var signed = $"{headers["YiMaTong-Timestamp"]}\n{key}\n{body}";
        var signature = Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(signed)));
        var message = JsonNode.Parse(body)!;
        if (context.Request.Path != "/send" || signature != headers["YiMaTong-Signature"].ToString()
            || key.Length != 32 || (string?)message["id"] != key)
        {
            Wrong.Enqueue(string.Create(CultureInfo.InvariantCulture, $"call {call}: {context.Request.Path}"));
        }

        var status = Status(call);
        if (status == 0)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }

        if (status is 429 or 503)
        {
            context.Response.Headers.RetryAfter = "30";
        }

        context.Response.StatusCode = status;
        if (status < 300)
        {
            _sent[key] = ((string)message["phone"]!, (string)message["text"]!);
        }
    }
}
