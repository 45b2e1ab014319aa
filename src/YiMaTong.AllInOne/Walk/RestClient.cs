using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace YiMaTong.AllInOne.Walk;

/// <summary>Calls the mandated interfaces over REST, as a partner would.</summary>
/// <param name="address">Base address.</param>
internal sealed class RestClient(Uri address) : IDisposable
{
    private readonly HttpClient _http =
        new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };

    /// <summary>Posts a body and returns <c>response</c> of a PY0000.</summary>
    /// <exception cref="WalkFailedException">The answer is anything else.</exception>
    public async Task<JsonNode> PostAsync(string path, Dictionary<string, string> body, CancellationToken stop)
    {
        using var answer = await _http.PostAsJsonAsync(path, body, stop);
        JsonNode? envelope;
        try
        {
            envelope = await answer.Content.ReadFromJsonAsync<JsonNode>(stop);
        }
        catch (JsonException)
        {
            throw new WalkFailedException($"{path} answered {(int)answer.StatusCode} without the envelope");
        }

        return (string?)envelope?["code"] == "PY0000" && envelope["response"] is { } response
            ? response
            : throw new WalkFailedException($"{path} answered {envelope?["code"]} {envelope?["msg"]}");
    }

    /// <summary>Asks the OAuth server for an authorisation code in a citizen's session.</summary>
    public async Task<string> AuthorizeAsync(
        string session, string appId, string redirect, string scope, CancellationToken stop)
    {
        var query = $"client_id={appId}&response_type=code&redirect_uri={Uri.EscapeDataString(redirect)}"
            + $"&scope={Uri.EscapeDataString(scope)}&state=walk";
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/oauth2/authorize?{query}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", session);
        using var answer = await _http.SendAsync(request, stop);
        var location = answer.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.SeeOther
            ? answer.Headers.Location?.Query ?? ""
            : "";
        foreach (var pair in location.TrimStart('?').Split('&'))
        {
            if (pair.StartsWith("code=", StringComparison.Ordinal))
            {
                return Uri.UnescapeDataString(pair[5..]);
            }
        }

        throw new WalkFailedException(
            $"/oauth2/authorize for {appId} answered {(int)answer.StatusCode} without a code");
    }

    public void Dispose() => _http.Dispose();
}
