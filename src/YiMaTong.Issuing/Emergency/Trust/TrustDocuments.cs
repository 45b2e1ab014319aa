using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// The signed documents over REST, as they are, for anyone: a proxy may cache them, and whoever holds one asks with its
/// ETag. Served from memory. Thread-safe.
/// </summary>
internal static class TrustDocuments
{
    private const string Folder = "/api/v1/emergency";
    private const string KeySetType = "application/vnd.yimatong.key-set+cbor";
    private const string ListType = "application/vnd.yimatong.status-list+cbor";
    private const string DeltaType = "application/vnd.yimatong.status-delta+cbor";
    private const string CatalogueType = "application/vnd.yimatong.tag-catalogue+cbor";
    private const string SequenceType = "application/cbor-seq";
    private const string PemType = "application/x-pem-file";

    // Seconds that a cache may keep a document: a revocation is at every gate within five.
    private const string Fresh = "public, max-age=2";

    // A document is hashed once, not for each of those who ask for it.
    private static readonly ConditionalWeakTable<byte[], string> Tags = [];

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet($"{Folder}/root", static (HttpContext context, EmergencyRoot root) =>
            WriteAsync(context, System.Text.Encoding.ASCII.GetBytes(root.PublicKeyPem), PemType));
        endpoints.MapGet($"{Folder}/key-set", static (HttpContext context, TrustBoard board) =>
            WriteAsync(context, board.Picture.KeySetDocument, KeySetType));
        endpoints.MapGet($"{Folder}/status-lists/{{list}}", static (
            HttpContext context, string list, TrustBoard board) => WriteListAsync(context, list, board));
        endpoints.MapGet($"{Folder}/declarations", static (HttpContext context, TrustBoard board) =>
            WriteAsync(
                context, [.. board.Picture.Declarations.SelectMany(shown => shown.Document)], SequenceType));
        endpoints.MapGet($"{Folder}/tag-catalogue", static (HttpContext context, TrustBoard board) =>
            WriteAsync(context, board.Picture.CatalogueDocument, CatalogueType));
    }

    private static Task WriteListAsync(HttpContext context, string number, TrustBoard board)
    {
        if (!byte.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || !board.Picture.Lists.TryGetValue(index, out var list))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        uint held = 0;
        var query = context.Request.Query["base"];
        if (query.Count > 1 || (query.Count == 1
            && !uint.TryParse(query[0], NumberStyles.None, CultureInfo.InvariantCulture, out held)))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        }

        // A base that is the newest, or newer than all that is known here, gets the whole list: it leads everywhere.
        var document = list.Since(held) ?? list.Document;
        return WriteAsync(context, document, ReferenceEquals(document, list.Document) ? ListType : DeltaType);
    }

    private static async Task WriteAsync(HttpContext context, byte[] document, string type)
    {
        var (request, response) = (context.Request, context.Response);
        var tag = Tags.GetValue(document, TagOf);
        response.Headers.ETag = tag;
        response.Headers.CacheControl = Fresh;
        if (Knows(request.Headers.IfNoneMatch, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = type;
        response.ContentLength = document.Length;
        await response.Body.WriteAsync(document, context.RequestAborted);
    }

    private static string TagOf(byte[] document) =>
        $"\"{Convert.ToHexStringLower(SHA256.HashData(document).AsSpan(0, 16))}\"";

    private static bool Knows(StringValues asked, string tag) =>
        EntityTagHeaderValue.TryParseList([.. asked.OfType<string>()], out var known)
        && known.Any(one => one.Tag == "*" || one.Tag == tag);
}
