using System.Net;
using System.Net.Sockets;

namespace YiMaTong.Testing;

/// <summary>Finds ports of the loopback interface that nobody listens on.</summary>
public static class FreePort
{
    /// <summary>Takes that many different ports. All are held at once while looking, so no two are alike.</summary>
    public static int[] Take(int count)
    {
        var listeners = new List<TcpListener>(count);
        try
        {
            for (var i = 0; i < count; i++)
            {
                var listener = new TcpListener(IPAddress.Loopback, 0);
                listener.Start();
                listeners.Add(listener);
            }

            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in listeners)
            {
                listener.Dispose();
            }
        }
    }
}
