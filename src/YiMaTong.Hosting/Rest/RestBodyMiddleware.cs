using System.Buffers;
using System.Collections.Concurrent;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using YiMaTong.Hosting.Envelope;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Hosting.Rest;

/// <summary>
/// Reads and checks the body of a REST call before the transcoder sees it: content type (415), size (413), JSON and
/// types (400). Runs after routing. Thread-safe.
/// </summary>
internal sealed class RestBodyMiddleware(RequestDelegate next, IOptions<ListenersOptions> options)
{
    private readonly ConcurrentDictionary<Endpoint, TranscodedMethod?> _methods = new();
    private readonly int _maxBytes = options.Value.MaxBodyBytes;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is not { } endpoint)
        {
            return next(context);
        }

        var method = _methods.GetOrAdd(endpoint, TranscodedMethod.Of);
        if (method is null && Listener.Of(context) == ListenerKind.Rest
            && endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is not null)
        {
            // A method's gRPC path is no REST path.
            return Refusal.UnknownRoute.RefuseAsync(context);
        }

        return method?.Body is null ? next(context) : InvokeCheckedAsync(context, method);
    }

    private async Task InvokeCheckedAsync(HttpContext context, TranscodedMethod method)
    {
        var request = context.Request;
        if (request.ContentLength > _maxBytes)
        {
            await Refusal.BodyTooLarge.RefuseAsync(context);
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(_maxBytes + 1);
        try
        {
            var length = await ReadAsync(request.Body, buffer.AsMemory(0, _maxBytes + 1), context.RequestAborted);
            if (Judge(request, method, buffer.AsSpan(0, length)) is { } refusal)
            {
                await refusal.RefuseAsync(context);
                return;
            }

            if (length == 0)
            {
                (buffer[0], buffer[1], length) = ((byte)'{', (byte)'}', 2);
            }

            // The transcoder fails on a charset in quotes, which RFC 9110 allows; what came is UTF-8 JSON by now.
            request.ContentType = "application/json";
            request.Body = new MemoryStream(buffer, 0, length, writable: false);
            request.ContentLength = length;
            await next(context);
        }
        finally
        {
            // Bodies hold codes and tokens: nothing of them stays behind in the pool.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private Refusal? Judge(HttpRequest request, TranscodedMethod method, ReadOnlySpan<byte> body)
    {
        if (body.Length > _maxBytes)
        {
            return Refusal.BodyTooLarge;
        }

        // A method without input fields may be called with no body at all.
        if (body.Length == 0 && method.Body!.Fields.InDeclarationOrder().Count == 0)
        {
            return null;
        }

        return IsJson(request.ContentType) ? BodyGuard.Check(body, method.Body!) : Refusal.WrongContentType;
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));

    private static async ValueTask<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancellation)
    {
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await body.ReadAsync(buffer[length..], cancellation);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return length;
    }
}
