using System.Net;
using System.Net.Sockets;
using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests.Repository;

/// <summary>A server that a test starts on a drawn port finds it free, whoever connects to whom meanwhile.</summary>
public sealed class FreePortTests
{
    [Fact]
    public void Take_ManyTimes_NeverThePortsThatTheKernelGivesAway()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var ports = Enumerable.Range(0, 50).SelectMany(_ => FreePort.Take(3)).ToList();

        Assert.Equal(150, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 10_000, 32_767));
        Assert.True(((IPEndPoint)listener.LocalEndpoint).Port > ports.Max(), "the kernel's range lies above");
    }
}
