using System.Text.Json;
using Microsoft.AspNetCore.Http;
using YiMaTong.Codes.Returns;
using YiMaTong.Hosting.Envelope;

namespace YiMaTong.Hosting.Load;

/// <summary>The refusal of a REST call under overload: 429, <c>Retry-After</c>, the envelope with PY1998.</summary>
internal static class RestRefusal
{
    private static readonly byte[] Body = JsonSerializer.SerializeToUtf8Bytes(
        new EnvelopeBody(PyCodes.Busy.Code, PyCodes.Busy.Message), EnvelopeJson.Default.EnvelopeBody);

    public static Task WriteAsync(HttpContext context, int retryAfterMs)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.ContentType = "application/json; charset=utf-8";
        response.Headers.RetryAfter = RetryAfter.Of(retryAfterMs).Seconds;
        response.ContentLength = Body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(Body, context.RequestAborted).AsTask();
    }
}
