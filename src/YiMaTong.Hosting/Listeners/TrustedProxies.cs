using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace YiMaTong.Hosting.Listeners;

/// <summary>Whose word about a caller's address is taken.</summary>
internal static class TrustedProxies
{
    public static void Configure(ForwardedHeadersOptions forwarded, ListenersOptions listeners)
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        // Every hop is checked against the list, so their number needs no bound of its own.
        forwarded.ForwardLimit = null;
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var text in listeners.TrustedProxies)
        {
            if (TryRead(text, out var network))
            {
                forwarded.KnownIPNetworks.Add(network);
            }
        }
    }

    /// <summary>Reads an address, which is a network of its own, or a network.</summary>
    public static bool TryRead(string text, out IPNetwork network)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }

        return IPNetwork.TryParse(text, out network);
    }
}
