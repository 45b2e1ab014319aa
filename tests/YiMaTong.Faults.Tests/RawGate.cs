using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;

namespace YiMaTong.Faults.Tests;

/// <summary>
/// A gate that speaks HTTP/2 by hand, so that it can keep open what others would close. One caller at a time.
/// </summary>
internal sealed class RawGate : IDisposable
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte GoAway = 7;
    private const byte Ack = 1;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;
    private const string Service = "/yimatong.decode.v1.DecodeService/";

    private readonly TcpClient _client = new();
    private NetworkStream _connection = null!;
    private int _streamId = -1;

    /// <summary>Connects.</summary>
    public static async Task<RawGate> Connect(int port, CancellationToken cancellation)
    {
        var gate = new RawGate();
        await gate._client.ConnectAsync(IPAddress.Loopback, port, cancellation);
        gate._connection = gate._client.GetStream();
        await gate._connection.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), cancellation);
        await gate.Send(Settings, 0, 0, [], cancellation);
        return gate;
    }

    /// <summary>Begins a call with one message.</summary>
    /// <param name="method">The method of DecodeService.</param>
    /// <param name="message">The message.</param>
    /// <param name="ends">Whether it is the last one; otherwise the gate's side stays open.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task Call(string method, IMessage message, bool ends, CancellationToken cancellation)
    {
        _streamId += 2;
        List<byte> headers = [];
        Header(headers, ":method", "POST");
        Header(headers, ":scheme", "http");
        Header(headers, ":path", Service + method);
        Header(headers, ":authority", "node");
        Header(headers, "content-type", "application/grpc");
        Header(headers, "te", "trailers");
        await Send(Headers, EndHeaders, _streamId, [.. headers], cancellation);
        var body = message.ToByteArray();
        var framed = new byte[5 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), body.Length);
        body.CopyTo(framed, 5);
        await Send(Data, ends ? EndStream : (byte)0, _streamId, framed, cancellation);
    }

    /// <summary>Reads until the newest call has its first answer.</summary>
    public async Task Answer(CancellationToken cancellation)
    {
        while (await Next(cancellation) is not (Data, _, _))
        {
        }
    }

    /// <summary>Waits until the node has all that was sent: it reads one frame after the other.</summary>
    public async Task Taken(CancellationToken cancellation)
    {
        await Send(Ping, 0, 0, new byte[8], cancellation);
        while (await Next(cancellation) is not (Ping, Ack, _))
        {
        }
    }

    /// <summary>Reads to the end of the connection.</summary>
    /// <returns>Whether the newest call got its trailers, and whether the node said that it goes.</returns>
    /// <exception cref="IOException">The connection was reset.</exception>
    public async Task<(bool Trailers, bool GoAway)> End(CancellationToken cancellation)
    {
        var (trailers, leave) = (false, false);
        while (await Read(cancellation) is { } frame)
        {
            trailers |= frame.Type == Headers && (frame.Flags & EndStream) != 0 && frame.Stream == _streamId;
            leave |= frame.Type == GoAway;
        }

        return (trailers, leave);
    }

    public void Dispose() => _client.Dispose();

    // A literal that no table keeps, without Huffman's code.
    private static void Header(List<byte> headers, string name, string value)
    {
        headers.Add(0);
        headers.AddRange([(byte)name.Length, .. Encoding.ASCII.GetBytes(name)]);
        headers.AddRange([(byte)value.Length, .. Encoding.ASCII.GetBytes(value)]);
    }

    private async Task<(byte Type, byte Flags, int Stream)> Next(CancellationToken cancellation) =>
        await Read(cancellation) ?? throw new EndOfStreamException("The node closed the connection.");

    private async Task<(byte Type, byte Flags, int Stream)?> Read(CancellationToken cancellation)
    {
        var head = new byte[9];
        var read = await _connection.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation);
        if (read < head.Length)
        {
            return null;
        }

        await _connection.ReadExactlyAsync(new byte[(head[0] << 16) | (head[1] << 8) | head[2]], cancellation);
        return (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)));
    }

    private async Task Send(byte type, byte flags, int stream, byte[] payload, CancellationToken cancellation)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        await _connection.WriteAsync(frame, cancellation);
    }
}
