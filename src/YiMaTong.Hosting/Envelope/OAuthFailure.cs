using System.Net.Mime;
using Microsoft.AspNetCore.Http;

namespace YiMaTong.Hosting.Envelope;

/// <summary>
/// What a client outside the envelope is told when the service itself fails: RFC 6749's own words (4.1.2.1, 5.2), of
/// which every OAuth library knows that "temporarily_unavailable" is worth another try.
/// </summary>
internal static class OAuthFailure
{
    /// <summary>Writes the error. The response must not have started.</summary>
    public static Task WriteAsync(HttpContext context, int status)
    {
        var response = context.Response;
        response.Clear();
        response.StatusCode = status;
        response.ContentType = MediaTypeNames.Application.Json;
        response.Headers.CacheControl = "no-store";
        if (status != StatusCodes.Status503ServiceUnavailable)
        {
            return response.WriteAsync("""{"error":"server_error"}""", context.RequestAborted);
        }

        response.Headers.RetryAfter = "1";
        return response.WriteAsync("""{"error":"temporarily_unavailable"}""", context.RequestAborted);
    }
}
