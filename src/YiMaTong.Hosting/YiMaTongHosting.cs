using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using YiMaTong.Hosting.Direct;
using YiMaTong.Hosting.Envelope;
using YiMaTong.Hosting.Health;
using YiMaTong.Hosting.Listeners;
using YiMaTong.Hosting.Load;
using YiMaTong.Hosting.Rest;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Hosting;

/// <summary>
/// What the services share: three listeners, the envelope, checked bodies and limits, gRPC with JSON transcoding,
/// health, metrics, a graceful stop.
/// </summary>
public static class YiMaTongHosting
{
    /// <summary>Tag for health checks that <c>/readyz</c> asks.</summary>
    public const string ReadyTag = AdminEndpoints.ReadyTag;

    private const string AuthenticationMark = "__AuthenticationMiddlewareSet";

    /// <summary>Registers the shared parts.</summary>
    public static WebApplicationBuilder AddYiMaTongHosting(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.Logging.AddFilter(BackgroundFailures.HostCategory, LogLevel.None);
        // A probe of a node that is still loading is no error; what a check has to say is in the probe's answer.
        builder.Logging.AddFilter(
            "Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService", LogLevel.Critical);
        // The server's own line for each request holds the query, and a query may hold what no log may. Off as a whole:
        // while it may say anything, the server makes an activity and a log scope for each request.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        services.TryAddSingleton(TimeProvider.System);
        services.AddValidatedOptions<ListenersOptions, ListenersOptionsValidator>(
            builder.Configuration.GetSection(ListenersOptions.Section));
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, KestrelListeners>();
        services.AddSingleton<BoundAddresses>();
        services.AddSingleton<StopSignal>();
        services.AddSingleton<StopHeartbeat>();
        services.AddSingleton<Drain>();
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        services.AddOptions<HostOptions>().Configure<IOptions<ListenersOptions>>((host, listeners) =>
            host.ShutdownTimeout = TimeSpan.FromSeconds(
                listeners.Value.DrainSeconds + listeners.Value.StopSeconds));
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<ListenersOptions>>((limiter, listeners) =>
            RestLimiter.Configure(limiter, listeners.Value));
        services.AddRateLimiter(_ => { });
        services.AddSingleton<DirectRest>();
        // Registered, it is made once; otherwise gRPC makes one for each call.
        services.AddSingleton<SystemErrorInterceptor>();
        services.AddSingleton<HandlerFailures>();
        services.AddGrpc(grpc => grpc.Interceptors.Add<SystemErrorInterceptor>()).AddJsonTranscoding();
        services.AddOptions<Grpc.AspNetCore.Server.GrpcServiceOptions>().Configure<IOptions<ListenersOptions>>(
            (grpc, listeners) => grpc.MaxReceiveMessageSize = listeners.Value.MaxGrpcMessageBytes);
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<ListenersOptions>>((forwarded, listeners) =>
            TrustedProxies.Configure(forwarded, listeners.Value));
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks();
        services.AddHealthChecks();
        // The built-in meters of runtime and server beside our own; no other instrumentation library is needed. Two of
        // their instruments are written twice in every request, with up to six tags, and tell what others tell.
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(
                "YiMaTong.*", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            .AddView("http.server.active_requests", MetricStreamConfiguration.Drop)
            .AddView("kestrel.queued_requests", MetricStreamConfiguration.Drop)
            .AddPrometheusExporter());
        return builder;
    }

    /// <summary>Builds the shared pipeline. Services are mapped after it.</summary>
    public static WebApplication UseYiMaTongHosting(this WebApplication app)
    {
        // The host puts authentication before everything where it does not find this mark.
        ((IApplicationBuilder)app).Properties[AuthenticationMark] = true;
        app.MapWhen(context => Listener.Of(context) == ListenerKind.Admin, AdminEndpoints.Map);
        var listeners = app.Services.GetRequiredService<IOptions<ListenersOptions>>().Value;
        if (listeners.TrustedProxies.Count > 0)
        {
            app.UseForwardedHeaders();
        }

        if (app.Services.GetService<IAdmissionControl>() is not null)
        {
            app.UseMiddleware<AdmissionMiddleware>();
        }

        if (app.Services.GetService<IDirectCalls>() is not null)
        {
            app.UseMiddleware<DirectCallsMiddleware>();
        }

        app.UseMiddleware<EnvelopeMiddleware>();
        app.UseRouting();
        app.UseMiddleware<ListenerBoundary>();
        app.UseWhen(
            context => Listener.Of(context) == ListenerKind.Rest,
            rest => rest
                .UseRateLimiter()
                .UseMiddleware<RestBodyMiddleware>()
                .UseMiddleware<RestConcurrency>()
                .UseOAuth());

        app.MapGrpcHealthChecksService();
        if (listeners.Reflection)
        {
            app.MapGrpcReflectionService();
        }

        return app;
    }

    // Issuing's OAuth server answers from here, behind the envelope and the limits; nobody else asks who it is.
    private static IApplicationBuilder UseOAuth(this IApplicationBuilder rest) =>
        rest.ApplicationServices.GetService<IAuthenticationSchemeProvider>() is null ? rest : rest.UseAuthentication();
}
