using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace YiMaTong.Hosting.Listeners;

/// <summary>Opens the three listeners on Kestrel.</summary>
internal sealed class KestrelListeners(IOptions<ListenersOptions> options) : IConfigureOptions<KestrelServerOptions>
{
    public void Configure(KestrelServerOptions kestrel)
    {
        var settings = options.Value;
        kestrel.AddServerHeader = false;
        // The REST pipeline reads bodies itself and answers 413 in the envelope; this is the outer wall behind it.
        kestrel.Limits.MaxRequestBodySize = Math.Max(settings.MaxBodyBytes, settings.MaxGrpcMessageBytes) + 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        // A gate that lost its power says no farewell: its connection and streams end when it leaves a ping unanswered.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        Listen(kestrel, settings.Address, settings.RestPort, HttpProtocols.Http1, ListenerKind.Rest);
        Listen(kestrel, settings.Address, settings.GrpcPort, HttpProtocols.Http2, ListenerKind.Grpc);
        var adminAddress = settings.AdminAddress.Length == 0 ? settings.Address : settings.AdminAddress;
        Listen(kestrel, adminAddress, settings.AdminPort, HttpProtocols.Http1, ListenerKind.Admin);
    }

    private static void Listen(
        KestrelServerOptions kestrel, string address, int port, HttpProtocols protocols, ListenerKind kind)
    {
        var ip = address == "*" ? IPAddress.IPv6Any : IPAddress.Parse(address);
        kestrel.Listen(ip, port, listen =>
        {
            listen.Protocols = protocols;
            listen.Use(Listener.Marking(kind));
        });
    }
}
