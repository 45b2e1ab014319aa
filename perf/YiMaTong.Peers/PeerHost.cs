using System.Net;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using YiMaTong.Hosting;
using YiMaTong.Peers.Handlers;
using YiMaTong.Peers.Stores;
using YiMaTong.Perf;

namespace YiMaTong.Peers;

/// <summary>
/// A server that the decode node is measured against: the same surface and listeners, another handler behind it.
/// </summary>
internal static class PeerHost
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var settings = builder.Configuration.GetSection("Peer").Get<PeerSettings>() ?? new();
        var hosted = settings.Pipeline == "hosted";
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(City.Load(settings.City));
        builder.Services.AddSingleton(new ConstantAnswer(settings.Answer));
        builder.Services.AddSingleton<ConstantHandler>();
        builder.Services.AddSingleton<PreparedHandler>();
        builder.Services.AddSingleton<IServiceMethodProvider<PreparedHandler>, PreparedMethods>();
        builder.Services.AddSingleton<StoreHandler>();
        builder.Services.AddSingleton<SealOnlyHandler>();
        builder.Services.AddSingleton<ISubjectStore>(_ => settings.Handler switch
        {
            "redis" => new RedisStore(settings.Store),
            "postgres" => new PostgresStore(settings.Store),
            _ => throw new InvalidOperationException($"the handler {settings.Handler} has no store"),
        });
        if (hosted)
        {
            builder.AddYiMaTongHosting();
        }
        else
        {
            AddBare(builder);
        }

        var app = builder.Build();
        if (hosted)
        {
            app.UseYiMaTongHosting();
        }
        else
        {
            app.MapGet("/readyz", () => "peer: ok");
        }

        app.MapGrpcService<SealOnlyHandler>();
        Map(app, settings.Handler);
        return app;
    }

    private static void Map(WebApplication app, string handler)
    {
        switch (handler)
        {
            case "ordinary":
                app.MapGrpcService<ConstantHandler>();
                break;
            case "prepared":
                app.MapGrpcService<PreparedHandler>();
                break;
            case "redis" or "postgres":
                app.Services.GetRequiredService<ISubjectStore>().Fill(app.Services.GetRequiredService<City>());
                app.MapGrpcService<StoreHandler>();
                break;
            default:
                throw new ArgumentException(
                    $"Peer:Handler: is none of ordinary, prepared, redis, postgres ({handler})");
        }
    }

    private static void AddBare(WebApplicationBuilder builder)
    {
        var listeners = builder.Configuration.GetSection("Listeners");
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            Listen("RestPort", HttpProtocols.Http1);
            Listen("GrpcPort", HttpProtocols.Http2);
            Listen("AdminPort", HttpProtocols.Http1);
            void Listen(string key, HttpProtocols protocols) =>
                kestrel.Listen(IPAddress.Loopback, listeners.GetValue<int>(key), o => o.Protocols = protocols);
        });
        builder.Services.AddGrpc().AddJsonTranscoding();
    }
}
