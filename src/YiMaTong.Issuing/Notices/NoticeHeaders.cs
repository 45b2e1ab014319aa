using System.Globalization;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using YiMaTong.Issuing.Incidents;

namespace YiMaTong.Issuing.Notices;

/// <summary>
/// The HTTP side of notices: the hint <c>YiMaTong-Notice</c> on what channels ask while an incident is open, refusals
/// included, and cache headers with 304 on the notices themselves. It stands before the rest of the pipeline and costs
/// one look at the board where all is well. Thread-safe.
/// </summary>
internal sealed class NoticeHeaders(RequestDelegate next, NoticeBoard notices, IOptions<IncidentOptions> options)
{
    public const string Header = "YiMaTong-Notice";

    private const string NoticesPath = "/api/v1/notices";

    // What channels and citizens' apps ask; gates, operators and the admin port have their own ways to know.
    private static readonly PathString[] Hinted =
    [
        "/api/v1/qrcode/generate", "/api/v1/channel", "/api/v1/user", "/api/v1/oauth", "/api/v1/citizen",
        "/api/v1/emergency/code", "/yimatong.issuing.v1.EmergencyCodeService",
        "/yimatong.issuing.v1.QrcodeService", "/yimatong.issuing.v1.AuthorizationService",
        "/yimatong.issuing.v1.CitizenService",
    ];

    private readonly string _cacheControl = string.Create(
        CultureInfo.InvariantCulture, $"public, max-age={options.Value.CacheSeconds}");

    public Task InvokeAsync(HttpContext context)
    {
        var view = notices.View;
        if (view.Hint.Length > 0 && IsHinted(context.Request.Path))
        {
            context.Response.Headers[Header] = view.Hint;
        }

        if (!HttpMethods.IsGet(context.Request.Method) || context.Request.Path != NoticesPath)
        {
            return next(context);
        }

        context.Response.Headers.ETag = view.Tag.ToString();
        context.Response.Headers.CacheControl = _cacheControl;
        if (Matches(context.Request, view.Tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        context.Features.Set(view);
        return next(context);
    }

    private static bool IsHinted(PathString path)
    {
        foreach (var prefix in Hinted)
        {
            if (path.StartsWithSegments(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    // RFC 9110, 13.1.2: a list or "*", compared weakly.
    private static bool Matches(HttpRequest request, EntityTagHeaderValue tag) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known)
        && known.Any(other => other == EntityTagHeaderValue.Any || other.Compare(tag, useStrongComparison: false));
}

/// <summary>Puts <see cref="NoticeHeaders"/> before the pipeline that the host builds.</summary>
internal sealed class NoticeStartupFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseMiddleware<NoticeHeaders>();
        next(app);
    };
}
