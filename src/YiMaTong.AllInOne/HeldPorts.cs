using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace YiMaTong.AllInOne;

/// <summary>
/// Ports that must be known before the server starts: the decode side asks for the feed where issuing will listen. A
/// port of 0 is drawn by binding it, and stays bound until the server listens on that very socket, so that nobody else
/// gets it in between. Not thread-safe; used by the start alone.
/// </summary>
internal sealed class HeldPorts : IDisposable
{
    private readonly List<Socket> _held = [];

    /// <summary>The port as settings want it; one that is free and held where 0 is asked for.</summary>
    public string Take(int port)
    {
        if (port == 0)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _held.Add(socket);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        }

        return port.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The socket that the server listens on: the held one where there is one, else a new one.</summary>
    public Socket Listen(EndPoint endpoint)
    {
        var held = _held.Find(socket => endpoint.Equals(socket.LocalEndPoint));
        if (held is null)
        {
            return SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        }

        _held.Remove(held);
        return held;
    }

    /// <inheritdoc />
    public void Dispose() => _held.ForEach(socket => socket.Dispose());
}
