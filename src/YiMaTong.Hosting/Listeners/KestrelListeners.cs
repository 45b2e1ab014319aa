using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace YiMaTong.Hosting.Listeners;

/// <summary>Opens the three listeners on Kestrel.</summary>
internal sealed class KestrelListeners(IOptions<ListenersOptions> options, StopHeartbeat heartbeat)
    : IConfigureOptions<KestrelServerOptions>
{
    public void Configure(KestrelServerOptions kestrel)
    {
        var settings = options.Value;
        kestrel.AddServerHeader = false;
        // The REST pipeline reads bodies itself and answers 413 in the envelope; this is the outer wall behind it.
        kestrel.Limits.MaxRequestBodySize = Math.Max(settings.MaxBodyBytes, settings.MaxGrpcMessageBytes) + 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        // A gate's or a proxy's headers come in one packet; only who means to hold a place sends them for longer.
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        // A peer that is gone without a word is noticed within a minute, and its streams end.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        kestrel.Limits.Http2.MaxStreamsPerConnection = settings.MaxStreamsPerConnection;
        var most = settings.MaxConnections;
        Listen(kestrel, settings.Address, settings.RestPort, HttpProtocols.Http1, ListenerKind.Rest, most);
        Listen(kestrel, settings.Address, settings.GrpcPort, HttpProtocols.Http2, ListenerKind.Grpc, most);
        var adminAddress = settings.AdminAddress.Length == 0 ? settings.Address : settings.AdminAddress;
        Listen(kestrel, adminAddress, settings.AdminPort, HttpProtocols.Http1, ListenerKind.Admin, int.MaxValue);
    }

    private void Listen(
        KestrelServerOptions kestrel, string address, int port, HttpProtocols protocols, ListenerKind kind, int most)
    {
        var ip = address == "*" ? IPAddress.IPv6Any : IPAddress.Parse(address);
        kestrel.Listen(ip, port, listen =>
        {
            listen.Protocols = protocols;
            listen.Use(Listener.Limiting(most));
            listen.Use(Listener.Marking(kind));
            if (kind == ListenerKind.Grpc)
            {
                listen.Use(heartbeat.Keeping);
            }
        });
    }
}
