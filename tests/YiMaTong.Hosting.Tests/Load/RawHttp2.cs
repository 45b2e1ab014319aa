using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace YiMaTong.Hosting.Tests.Load;

/// <summary>An HTTP/2 client that does what no library would: it writes frames and reads nothing.</summary>
internal sealed class RawHttp2 : IDisposable
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Reset = 3;
    private const byte Settings = 4;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _head;
    private int _stream = -1;

    private RawHttp2(Uri address, string path)
    {
        _socket.Connect(address.Host, address.Port);
        // Literals without indexing, so that no table is needed: RFC 7541, 6.2.2.
        _head =
        [
            0x83, 0x86, .. Literal(4, path), .. Literal(1, address.Authority), .. Literal(31, "application/grpc"),
            0, 2, (byte)'t', (byte)'e', 8, .. "trailers"u8,
        ];
    }

    /// <summary>Connects.</summary>
    /// <param name="address">The gRPC listener.</param>
    /// <param name="path">The method that every call names.</param>
    /// <param name="window">Bytes that the server may send on each stream.</param>
    public static RawHttp2 Connect(Uri address, string path, uint window)
    {
        var client = new RawHttp2(address, path);
        client._socket.Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        Span<byte> setting = stackalloc byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(setting, 4);
        BinaryPrimitives.WriteUInt32BigEndian(setting[2..], window);
        client._socket.Send(Frame(Settings, 0, 0, setting));
        client._socket.Send(Frame(Settings, 1, 0, []));
        return client;
    }

    /// <summary>Begins a call and resets it at once.</summary>
    public void CallAndReset()
    {
        var stream = _stream += 2;
        _socket.Send([.. Frame(Headers, 4, stream, _head), .. Frame(Reset, 0, stream, [0, 0, 0, 8])]);
    }

    /// <summary>Begins a call and sends the first byte of its message.</summary>
    public void CallAndStall()
    {
        var stream = _stream += 2;
        _socket.Send([.. Frame(Headers, 4, stream, _head), .. Frame(Data, 0, stream, [0])]);
    }

    /// <summary>Sends a whole call.</summary>
    public void Call(ReadOnlySpan<byte> message)
    {
        var stream = _stream += 2;
        Span<byte> prefix = stackalloc byte[5];
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], message.Length);
        _socket.Send([.. Frame(Headers, 4, stream, _head), .. Frame(Data, 1, stream, [.. prefix, .. message])]);
    }

    /// <summary>Waits until the server has closed the connection.</summary>
    public async Task ClosedAsync(CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        try
        {
            while (await _socket.ReceiveAsync(buffer, cancellation) > 0)
            {
                // What the server says does not matter, only that it ends.
            }
        }
        catch (SocketException)
        {
            // A reset is an end, too.
        }
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    private static byte[] Literal(int name, string value) =>
        [.. name < 15 ? new[] { (byte)name } : [15, (byte)(name - 15)], (byte)value.Length,
            .. Encoding.ASCII.GetBytes(value)];
}
