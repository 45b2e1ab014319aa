using System.Buffers.Binary;
using System.Net.Sockets;

namespace YiMaTong.Hosting.Tests.Listeners;

/// <summary>How many calls a client may have under way on one connection: what it is told when it connects.</summary>
public sealed class StreamLimitTests
{
    private const int FrameHeader = 9;
    private const byte Settings = 4;
    private const ushort MaxConcurrentStreams = 3;

    private static async Task<uint> TellsAsync(TestServer server)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        await client.ConnectAsync(server.Addresses.Grpc.Host, server.Addresses.Grpc.Port, cancel);
        var stream = client.GetStream();
        byte[] preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, Settings, 0, 0, 0, 0, 0];
        await stream.WriteAsync(preface, cancel);
        var header = new byte[FrameHeader];
        await stream.ReadExactlyAsync(header, cancel);
        Assert.Equal(Settings, header[3]);
        var settings = new byte[BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(1))];
        await stream.ReadExactlyAsync(settings, cancel);
        var told = settings.Chunk(6).Single(s => BinaryPrimitives.ReadUInt16BigEndian(s) == MaxConcurrentStreams);
        return BinaryPrimitives.ReadUInt32BigEndian(told.AsSpan(2));
    }

    [Fact]
    public async Task Connect_ByDefault_AllowsSixteenCallsAtOnce()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(16u, await TellsAsync(server));
    }

    [Fact]
    public async Task Connect_LimitSet_AllowsAsMany()
    {
        await using var server = await TestServer.StartAsync(new() { ["Listeners:MaxStreamsPerConnection"] = "3" });
        Assert.Equal(3u, await TellsAsync(server));
    }
}
