using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using YiMaTong.Codes.Returns;

namespace YiMaTong.Hosting.Envelope;

/// <summary>What a request that never reached its handler is told: an HTTP status and the envelope.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The return code.</param>
/// <param name="Detail">
/// What is wrong, in Chinese or the name of a field; null for nothing beyond the code's text.
/// </param>
internal sealed record Refusal(int Status, PyCode Code, string? Detail = null)
{
    public static readonly Refusal MalformedJson = new(400, PyCodes.BadParameter, "请求体不是合法的 JSON 对象");
    public static readonly Refusal BadRequest = new(400, PyCodes.BadParameter);
    public static readonly Refusal UnknownRoute = new(404, PyCodes.BadParameter, "接口不存在");
    public static readonly Refusal WrongVerb = new(405, PyCodes.BadParameter, "请求方法不支持");
    public static readonly Refusal BodyTooLarge = new(413, PyCodes.BadParameter, "请求体过大");
    public static readonly Refusal WrongContentType =
        new(415, PyCodes.BadParameter, "Content-Type 须为 application/json");
    public static readonly Refusal GrpcElsewhere =
        new(415, PyCodes.BadParameter, "本端口只提供 REST, gRPC 请使用 gRPC 端口");
    public static readonly Refusal TooManyRequests = new(429, PyCodes.TooManyRequests);
    public static readonly Refusal Overloaded = new(503, PyCodes.Busy);
    public static readonly Refusal SystemError = new(500, PyCodes.SystemError);
    public static readonly Refusal TimedOut = new(504, PyCodes.TimedOut);

    /// <summary>A body whose field is of the wrong type, given twice or not to be read.</summary>
    public static Refusal BadField(string name) => new(400, PyCodes.BadParameter, name);

    /// <summary>The refusal that fits a status which something below the envelope set.</summary>
    public static Refusal ForStatus(int status) => status switch
    {
        400 => BadRequest,
        401 or 403 => new(status, PyCodes.InvalidToken),
        404 => UnknownRoute,
        405 => WrongVerb,
        408 or 504 => TimedOut with { Status = status },
        413 => BodyTooLarge,
        415 => WrongContentType,
        429 => TooManyRequests,
        503 => Overloaded,
        < 500 => new(status, PyCodes.BadParameter),
        _ => SystemError with { Status = status },
    };

    /// <summary>
    /// Refuses the request: within the envelope it is told when the pipeline has run, elsewhere it is written at once.
    /// </summary>
    public Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        if (context.Features.Get<IHttpResponseBodyFeature>() is not ErrorBodyFilter filter)
        {
            return WriteAsync(context);
        }

        filter.Refusal = this;
        return Task.CompletedTask;
    }

    /// <summary>Writes the envelope. The response must not have started.</summary>
    public Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = null;
        if (Status is 429 or 503 && response.Headers.RetryAfter.Count == 0)
        {
            response.Headers.RetryAfter = "1";
        }

        var message = Detail is null ? Code.Message : $"{Code.Message}: {Detail}";
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new EnvelopeBody(Code.Code, message), EnvelopeJson.Default.EnvelopeBody);
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
