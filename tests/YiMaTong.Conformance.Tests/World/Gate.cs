using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using YiMaTong.Conformance.Tests.Crypto;
using YiMaTong.Conformance.Tests.Wire;

namespace YiMaTong.Conformance.Tests.World;

/// <summary>A merchant's device that calls B.4 with a key of its own. Thread-safe.</summary>
internal sealed record Gate(
    Api Api,
    string MerchantId,
    string MacId,
    RSA Key,
    SignatureProfile Profile,
    ResponseCipher Cipher,
    int ResponseKeyId,
    byte[] ResponseKey)
{
    private static readonly ConcurrentDictionary<string, byte> Sent = new();
    private static int s_moments;

    /// <summary>A time within the window, away from the present, for requests that are altered after signing.</summary>
    public static string NextTime()
    {
        var step = Interlocked.Increment(ref s_moments) % 100;
        return WireTime(DateTimeOffset.UtcNow.AddSeconds(step + 150));
    }

    /// <summary>yyyyMMddHHmmss in UTC+8.</summary>
    public static string WireTime(DateTimeOffset time) =>
        time.ToOffset(TimeSpan.FromHours(8)).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    /// <summary>A signed request for a code.</summary>
    public Dictionary<string, string> Request(string code, string spelling = "qrcod", string? time = null) =>
        Signed(new()
        {
            ["merchantId"] = MerchantId,
            ["time"] = time ?? FreshTime(code),
            [spelling] = code,
            ["macId"] = MacId,
        });

    /// <summary>Signs the fields as they stand.</summary>
    public Dictionary<string, string> Signed(Dictionary<string, string> fields)
    {
        fields["sign"] = RequestSigner.Sign(Key, Profile, RequestSigner.Canonical(fields));
        return fields;
    }

    public Task<Answer> Decode(string code) => Send(Request(code));

    public Task<Answer> Send(Dictionary<string, string> request) => Api.Post(Paths.Decode, request);

    /// <summary>
    /// The present or, where this device has asked about this code in this second already, the nearest second before
    /// it: two requests with equal fields are one request, and the second is a retry or a replay.
    /// </summary>
    private string FreshTime(string code)
    {
        var now = DateTimeOffset.UtcNow;
        for (var back = 0; back < 280; back++)
        {
            var time = WireTime(now.AddSeconds(-back));
            if (Sent.TryAdd($"{MerchantId}|{MacId}|{code}|{time}", 0))
            {
                return time;
            }
        }

        throw new InvalidOperationException($"device {MacId} has asked about one code too often for the window");
    }

    /// <summary>Decodes, expects success and opens the answer.</summary>
    public async Task<JsonElement> DecodeAndOpen(string code)
    {
        var request = Request(code);
        return Open(Envelope.Is(await Send(request), "PY0000"), request["time"]);
    }

    /// <summary>Opens a successful answer to a request of that time.</summary>
    public JsonElement Open(Answer answer, string time)
    {
        var parsed = SealedResponse.Parse(answer.Response.GetString()!, Cipher);
        Assert.Equal(ResponseKeyId, parsed.KeyId);
        var text = Cipher == ResponseCipher.Aes256Gcm
            ? parsed.OpenGcm(ResponseKey, $"{MerchantId}|{MacId}|{time}")
            : parsed.OpenCbc(ResponseKey);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
