using System.Net;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using YiMaTong.Perf;

namespace YiMaTong.Peers.Feed;

/// <summary>
/// Issuing's side of the feed for a city of any size, a receiver of decisions, and a control port by which a
/// measurement makes changes. Settings: City (file), FeedPort, ControlPort.
/// </summary>
internal static class FeedHost
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        var settings = builder.Configuration;
        var city = City.Load(settings.GetValue<string>("City") ?? throw new ArgumentException("City: is required"));
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(
                IPAddress.Loopback, settings.GetValue<int>("FeedPort"), o => o.Protocols = HttpProtocols.Http2);
            kestrel.Listen(
                IPAddress.Loopback, settings.GetValue<int>("ControlPort"), o => o.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(city);
        builder.Services.AddSingleton<CityHistory>();
        builder.Services.AddSingleton<SimulatedFeed>();
        builder.Services.AddSingleton<DecisionReceiver>();
        builder.Services.AddSingleton<IServiceMethodProvider<DecisionReceiver>, DecisionMethods>();
        builder.Services.AddSingleton<Churn>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<Churn>());
        builder.Services.AddGrpc(grpc => grpc.MaxSendMessageSize = null);
        var app = builder.Build();
        app.MapGrpcService<SimulatedFeed>();
        app.MapGrpcService<DecisionReceiver>();
        app.MapGet("/readyz", () => "feed: ok");
        app.MapGet("/revision", (CityHistory history) => history.Revision.ToString());
        app.MapGet("/records", (DecisionReceiver receiver) => receiver.Records.ToString());
        app.MapPost("/rate/{perSecond:int}", (int perSecond, Churn churn) => churn.PerSecond = perSecond);
        app.MapPost("/probe/{index:int}/{tags:long}", (int index, long tags, CityHistory history) =>
            history.SetTags(index, (ulong)tags).ToString());
        return app;
    }
}
