using Microsoft.Extensions.Primitives;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Load;
using YiMaTong.Hosting.Direct;
using YiMaTong.Hosting.Envelope;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Decode.Standard;

/// <summary>
/// Answers B.4 over REST without routing and transcoding where a call is as plain as nearly all are: its body is here
/// whole, is what the standard's table shows, and nothing has to be waited for. To the caller it is the same call;
/// everything else, above all whatever is wrong, is left to the pipeline, which reads the body from its beginning.
/// Thread-safe.
/// </summary>
internal sealed class DirectStandardDecode(
    StandardDecodeGrpcService service, DirectRest rest, HandlerFailures failures) : IDirectCalls
{
    private const string Path = "/api/v1/qrcode/decode";
    private const string JsonType = "application/json";

    // Above any request within its limits; below the least that MaxBodyBytes can be.
    private const int BodyMax = 4096;

    private static readonly StringValues ContentType = JsonType;
    private static readonly KeyValuePair<string, object?> Route = new("http.route", Path);

    /// <inheritdoc />
    public ListenerKind Listener => ListenerKind.Rest;

    /// <inheritdoc />
    public Task? TryAnswer(HttpContext context)
    {
        var request = context.Request;
        if (!string.Equals(request.Path.Value, Path, StringComparison.Ordinal) || !IsPlain(request)
            || !service.AnswersAtOnce || !DirectAnswer.TryPeek(request.BodyReader, out var body))
        {
            return null;
        }

        if (!body.IsSingleSegment || !StandardJson.TryRead(body.FirstSpan, out var call) || !rest.TryEnter(context))
        {
            request.BodyReader.AdvanceTo(body.Start);
            return null;
        }

        var reply = Answer(call, context);
        request.BodyReader.AdvanceTo(body.End);
        return SendAsync(context, reply);
    }

    private StandardReply Answer(DecodeQrcodeRequest call, HttpContext context)
    {
        try
        {
            return service.AnswerAtOnce(call, Caller.Of(context));
        }
        catch (Exception unexpected)
        {
            var code = failures.Judge(unexpected, Path);
            return new(code.Code, code.Message, null);
        }
    }

    private static bool IsPlain(HttpRequest request)
    {
        var headers = request.Headers;
        var type = headers.ContentType;
        return HttpMethods.IsPost(request.Method)
            && request.ContentLength is > 0 and <= BodyMax
            && type.Count == 1 && type[0] is { } only && only.StartsWith(JsonType, StringComparison.OrdinalIgnoreCase)
            && (only.Length == JsonType.Length
                || only.AsSpan(JsonType.Length).Equals("; charset=utf-8", StringComparison.OrdinalIgnoreCase))
            && !request.QueryString.HasValue
            && headers.Expect.Count == 0;
    }

    private static Task SendAsync(HttpContext context, in StandardReply reply)
    {
        DirectRest.Count(context, Route);
        RetryHint.Mark(context, reply.Code);
        var response = context.Response;
        response.Headers.ContentType = ContentType;
        response.ContentLength = reply.JsonLength;
        return DirectAnswer.SendAsync(response, reply);
    }
}
