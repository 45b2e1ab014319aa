using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace YiMaTong.Testing;

/// <summary>Finds ports of the loopback interface for servers that bind them later, in other processes.</summary>
/// <remarks>
/// <para>The kernel gives ports of its own range to every connection that anybody opens, at any moment: one that was
/// free when a test looked is another's when its server starts. So these come from below that range, and a lock file
/// keeps each from every other process that asks here, for as long as this one lives.</para>
/// <para>Safe for use by many threads at once.</para>
/// </remarks>
public static class FreePort
{
    private const int Lowest = 10_000;
    private const int FirstOfTheKernel = 32_768;

    private static readonly Lock Gate = new();

    // Open files are locked; the kernel lets go of them with the process, however it ends.
    private static readonly List<FileStream> Held = [];

    private static readonly int Beyond = Math.Max(Lowest + 1_000, Math.Min(FirstOfTheKernel, LowestOfTheKernel()));

    // Processes begin at different places, so that one seldom has to step over the ports of another.
    private static int _next = Environment.ProcessId * 101;

    /// <summary>Takes that many different ports, which nobody listens on and nobody else is given.</summary>
    public static int[] Take(int count)
    {
        lock (Gate)
        {
            var ports = new List<int>(count);
            for (var tried = 0; ports.Count < count; tried++)
            {
                if (tried > Beyond - Lowest)
                {
                    throw new InvalidOperationException($"no free port between {Lowest} and {Beyond}");
                }

                var port = Lowest + (int)((uint)_next++ % (uint)(Beyond - Lowest));
                if (IsFree(port) && Hold(port))
                {
                    ports.Add(port);
                }
            }

            return [.. ports];
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool Hold(int port)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "yimatong-ports"));
        var path = Path.Combine(folder.FullName, port.ToString(CultureInfo.InvariantCulture));
        try
        {
            Held.Add(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static int LowestOfTheKernel()
    {
        const string Setting = "/proc/sys/net/ipv4/ip_local_port_range";
        return File.Exists(Setting)
            && int.TryParse(
                File.ReadAllText(Setting).Split('\t', ' ')[0], NumberStyles.None, CultureInfo.InvariantCulture,
                out var lowest)
            ? lowest
            : FirstOfTheKernel;
    }
}
