using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace YiMaTong.Hosting.Listeners;

/// <summary>The addresses that the listeners really got, once the server has started. Thread-safe.</summary>
/// <param name="server">The running server.</param>
public sealed class BoundAddresses(IServer server)
{
    /// <summary>Base address of REST, reachable from this machine.</summary>
    public Uri Rest => At(0);

    /// <summary>Base address of gRPC, reachable from this machine.</summary>
    public Uri Grpc => At(1);

    /// <summary>Base address of the admin port, reachable from this machine.</summary>
    public Uri Admin => At(2);

    // Kestrel lists addresses in the order in which KestrelListeners opened them.
    private Uri At(int index)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses
            ?? throw new InvalidOperationException("The server does not list its addresses.");
        var address = addresses.ElementAtOrDefault(index)
            ?? throw new InvalidOperationException("The server has not started.");
        return new Uri(address.Replace("[::]", "127.0.0.1", StringComparison.Ordinal)
            .Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal));
    }
}
