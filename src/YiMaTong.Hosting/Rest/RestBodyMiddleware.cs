using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using YiMaTong.Hosting.Envelope;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Hosting.Rest;

/// <summary>
/// Reads and checks the body of a REST call before the transcoder sees it: content type (415), size (413), JSON and
/// types (400). What something else reads, such as the OAuth server's forms, the server itself holds to the size.
/// Runs after routing. Thread-safe.
/// </summary>
internal sealed class RestBodyMiddleware(RequestDelegate next, IOptions<ListenersOptions> options)
{
    private const int FirstBytes = 4096;
    private readonly ConcurrentDictionary<Endpoint, TranscodedMethod?> _methods = new();
    private readonly int _maxBytes = options.Value.MaxBodyBytes;

    public Task InvokeAsync(HttpContext context)
    {
        var method = context.GetEndpoint() is { } endpoint ? _methods.GetOrAdd(endpoint, TranscodedMethod.Of) : null;
        if (method?.Body is not null)
        {
            return InvokeCheckedAsync(context, method);
        }

        // In chunks the server counts their frames too: a form of that size does not come so.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = _maxBytes;
        }

        return next(context);
    }

    private async Task InvokeCheckedAsync(HttpContext context, TranscodedMethod method)
    {
        var request = context.Request;
        if (request.ContentLength > _maxBytes)
        {
            await Refusal.BodyTooLarge.RefuseAsync(context);
            return;
        }

        // It grows with what has come: a client that promises much and sends little holds little.
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(FirstBytes, _maxBytes + 1));
        try
        {
            var length = 0;
            while (length <= _maxBytes)
            {
                if (length == buffer.Length)
                {
                    buffer = Grow(buffer);
                }

                var room = buffer.AsMemory(length, Math.Min(buffer.Length, _maxBytes + 1) - length);
                var read = await request.Body.ReadAsync(room, context.RequestAborted);
                if (read == 0)
                {
                    break;
                }

                length += read;
            }

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

    private static byte[] Grow(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent(2 * full.Length);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full, clearArray: true);
        return larger;
    }
}
