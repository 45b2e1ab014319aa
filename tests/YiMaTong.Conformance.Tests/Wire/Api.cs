using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace YiMaTong.Conformance.Tests.Wire;

/// <summary>Speaks HTTP and JSON to the product, as a partner does. Thread-safe.</summary>
internal sealed class Api(Uri baseAddress) : IDisposable
{
    private readonly HttpClient _http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
    {
        BaseAddress = baseAddress,
        Timeout = TimeSpan.FromSeconds(30),
    };

    public Task<Answer> Post(string path, object body, string? bearer = null) =>
        Send(HttpMethod.Post, path, JsonContent(body), bearer);

    public Task<Answer> Put(string path, object body, string? bearer = null) =>
        Send(HttpMethod.Put, path, JsonContent(body), bearer);

    public Task<Answer> Get(string path, string? bearer = null) => Send(HttpMethod.Get, path, null, bearer);

    /// <summary>Posts text as it stands; for what is not well-formed.</summary>
    public Task<Answer> PostRaw(string path, string body, string? contentType = "application/json") =>
        PostRaw(path, Encoding.UTF8.GetBytes(body), contentType);

    public Task<Answer> PostRaw(string path, byte[] body, string? contentType = "application/json")
    {
        var content = new ByteArrayContent(body);
        if (contentType is not null)
        {
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        return Send(HttpMethod.Post, path, content);
    }

    /// <summary>Posts without telling the length.</summary>
    public async Task<Answer> PostChunked(string path, byte[] body)
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Post, path) { Content = new StreamContent(new MemoryStream(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TransferEncodingChunked = true;
        return await Send(request);
    }

    public async Task<Answer> Send(HttpMethod method, string path, HttpContent? content, string? bearer = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        return await Send(request);
    }

    public void Dispose() => _http.Dispose();

    private static ByteArrayContent JsonContent(object body)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private async Task<Answer> Send(HttpRequestMessage request)
    {
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return new(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers.Location?.OriginalString,
            [.. response.Content.Headers.Allow]);
    }
}
