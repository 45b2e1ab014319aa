using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using YiMaTong.Codes.Signing;
using YiMaTong.Codes.Time;
using YiMaTong.Gate;

namespace YiMaTong.Integration.Tests.Rotation;

/// <summary>
/// A merchant's gates with one signing key: those of the gate's library, and a system of its own that calls B.4. Its
/// users are counted, so that the key is taken back only when nobody signs with it any more. Thread-safe.
/// </summary>
internal sealed class GateKeyring(RequestSigner signer, Gatekeeper[] gates, Uri rest, HttpClient http)
    : IAsyncDisposable
{
    // Two requests with the same fields are one request: each about one code has a second of its own.
    private const int SecondsBack = 281;

    private int _users;

    public Gatekeeper[] Gates => gates;

    public int Users => Volatile.Read(ref _users);

    public void Enter() => Interlocked.Increment(ref _users);

    public void Leave() => Interlocked.Decrement(ref _users);

    /// <summary>Asks by B.4.</summary>
    /// <returns>"permit" or "deny" where the answer opened, else what was wrong.</returns>
    public async Task<string> DecodeAsync(
        string merchantId, string macId, string code, long number, Func<byte, ResponseSealer?> responseKey,
        CancellationToken cancellation)
    {
        var time = WireTime.Compact(DateTimeOffset.UtcNow.AddSeconds(-(number % SecondsBack)));
        var body = new Dictionary<string, string>
        {
            ["merchantId"] = merchantId,
            ["macId"] = macId,
            ["time"] = time,
            ["qrcode"] = code,
            ["sign"] = signer.SignFields(
                ("merchantId", merchantId), ("macId", macId), ("time", time), ("qrcode", code)),
        };
        using var answer = await http.PostAsJsonAsync(new Uri(rest, "/api/v1/qrcode/decode"), body, cancellation);
        var envelope = await answer.Content.ReadFromJsonAsync<JsonNode>(cancellation);
        if ((string?)envelope?["code"] is not "PY0000" and var refused)
        {
            return refused ?? $"HTTP {(int)answer.StatusCode}";
        }

        var text = (string)envelope!["response"]!;
        var key = responseKey(Convert.FromBase64String(text)[1]);
        return key is not null
            && key.TryOpen(text, ResponseSealer.AssociatedData(merchantId, macId, time), out var plaintext)
            ? JsonDocument.Parse(plaintext).RootElement.GetProperty("decision").GetString() ?? ""
            : "sealed under a key that the merchant does not hold";
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var gate in gates)
        {
            await gate.DisposeAsync();
        }

        signer.Dispose();
    }
}
