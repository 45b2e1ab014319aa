using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace YiMaTong.Load.Wire;

/// <summary>
/// HTTP/2 frames (RFC 9113) over one cleartext connection, for a client that knows what it sends. It keeps both flow
/// control windows, answers SETTINGS and PING, and never blocks after the handshake. One thread uses it.
/// </summary>
internal sealed class H2Transport : IDisposable
{
    private const int FrameHeader = 9;
    private const int BufferBytes = 1 << 19;
    private const int ReceiveWindow = 1 << 30;
    private const int DefaultWindow = 65_535;
    private const int ToppedUpAt = 1 << 28;
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);

    private readonly Socket _socket;
    private readonly IH2Streams _streams;
    private readonly HeaderBlocks _headers;
    private readonly byte[] _out = new byte[BufferBytes];
    private readonly byte[] _in = new byte[BufferBytes];
    private int _outStart;
    private int _outEnd;
    private int _inLength;
    private int _nextStream = 1;
    private long _sendWindow = DefaultWindow;
    private int _maxFrame = 16_384;
    private int _received;
    private bool _settled;

    public H2Transport(EndPoint server, IH2Streams streams)
    {
        _streams = streams;
        _headers = new HeaderBlocks(server.ToString()!);
        _socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(server);
        _socket.Blocking = false;
        Preface();
        var limit = TimeProvider.System.GetTimestamp();
        while (!_settled)
        {
            _ = Pump();
            if (TimeProvider.System.GetElapsedTime(limit) > HandshakeLimit)
            {
                throw new IOException($"{server} does not speak HTTP/2");
            }
        }
    }

    /// <summary>Streams that the server allows at once.</summary>
    public int MaxStreams { get; private set; } = 100;

    /// <summary>First window of a stream at the server.</summary>
    public int StreamWindow { get; private set; } = DefaultWindow;

    /// <summary>Whether the server or the network has ended the connection.</summary>
    public bool Ended { get; private set; }

    /// <summary>Whether a request of that many bytes of body can be taken now.</summary>
    public bool HasRoom(int bytes) =>
        !Ended && _sendWindow >= bytes && BufferBytes - _outEnd >= bytes + 1_024 + (bytes / _maxFrame * FrameHeader);

    /// <summary>Opens a stream with its headers, and returns its number.</summary>
    public int Open(string path)
    {
        var stream = _nextStream;
        _nextStream += 2;
        var at = _outEnd;
        var length = _headers.Write(_out.AsSpan(at + FrameHeader), path);
        WriteHeader(at, length, H2Frame.Headers, H2Frame.EndHeaders, stream);
        _outEnd = at + FrameHeader + length;
        return stream;
    }

    /// <summary>Sends a body, or a part of one.</summary>
    public void Data(int stream, ReadOnlySpan<byte> body, bool last)
    {
        _sendWindow -= body.Length;
        do
        {
            var part = Math.Min(body.Length, _maxFrame);
            var flags = last && part == body.Length ? H2Frame.EndStream : (byte)0;
            WriteHeader(_outEnd, part, H2Frame.Data, flags, stream);
            body[..part].CopyTo(_out.AsSpan(_outEnd + FrameHeader));
            _outEnd += FrameHeader + part;
            body = body[part..];
        }
        while (!body.IsEmpty);
    }

    /// <summary>Lets the server send more on a stream.</summary>
    public void TopUp(int stream, int bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(_out.AsSpan(_outEnd + FrameHeader), bytes);
        WriteHeader(_outEnd, 4, H2Frame.WindowUpdate, 0, stream);
        _outEnd += FrameHeader + 4;
    }

    /// <summary>Sends what waits, reads what came, hands it to the streams.</summary>
    public bool Pump()
    {
        var moved = Flush();
        if (Ended)
        {
            return moved;
        }

        var read = _socket.Receive(_in.AsSpan(_inLength), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return moved;
        }

        if (error != SocketError.Success || read == 0)
        {
            End();
            return true;
        }

        _inLength += read;
        Parse();
        return true;
    }

    /// <summary>Sleeps until something came, a millisecond at most.</summary>
    public void Wait() => _ = _socket.Poll(TimeSpan.FromMilliseconds(1), SelectMode.SelectRead);

    public void Dispose() => _socket.Dispose();

    private void Preface()
    {
        var length = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.Length;
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.CopyTo(_out);
        ReadOnlySpan<(ushort Id, int Value)> settings = [(1, 0), (2, 0), (4, ReceiveWindow)];
        var at = length + FrameHeader;
        foreach (var (id, value) in settings)
        {
            BinaryPrimitives.WriteUInt16BigEndian(_out.AsSpan(at), id);
            BinaryPrimitives.WriteInt32BigEndian(_out.AsSpan(at + 2), value);
            at += 6;
        }

        WriteHeader(length, at - length - FrameHeader, H2Frame.Settings, 0, 0);
        _outEnd = at;
        TopUp(0, ReceiveWindow);
    }

    private bool Flush()
    {
        if (_outStart == _outEnd)
        {
            return false;
        }

        var sent = _socket.Send(_out.AsSpan(_outStart, _outEnd - _outStart), SocketFlags.None, out var error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            End();
            return true;
        }

        _outStart += Math.Max(0, sent);
        if (_outStart == _outEnd)
        {
            (_outStart, _outEnd) = (0, 0);
        }
        else if (_outStart > BufferBytes / 2)
        {
            _out.AsSpan(_outStart, _outEnd - _outStart).CopyTo(_out);
            (_outStart, _outEnd) = (0, _outEnd - _outStart);
        }

        return sent > 0;
    }

    private void Parse()
    {
        var at = 0;
        while (_inLength - at >= FrameHeader)
        {
            var header = _in.AsSpan(at, FrameHeader);
            var length = (header[0] << 16) | (header[1] << 8) | header[2];
            if (_inLength - at - FrameHeader < length)
            {
                break;
            }

            var stream = BinaryPrimitives.ReadInt32BigEndian(header[5..]) & int.MaxValue;
            Take(header[3], header[4], stream, _in.AsSpan(at + FrameHeader, length));
            at += FrameHeader + length;
        }

        _in.AsSpan(at, _inLength - at).CopyTo(_in);
        _inLength -= at;
    }

    private void Take(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case H2Frame.Data:
                _received += payload.Length;
                if (_received >= ToppedUpAt)
                {
                    TopUp(0, _received);
                    _received = 0;
                }

                _streams.Data(stream, payload, (flags & H2Frame.EndStream) != 0);
                break;
            case H2Frame.Headers:
                _streams.Headers(stream, payload, (flags & H2Frame.EndStream) != 0);
                break;
            case H2Frame.ResetStream:
                _streams.Reset(stream);
                break;
            case H2Frame.Settings when (flags & H2Frame.Ack) == 0:
                Settings(payload);
                break;
            case H2Frame.Ping when (flags & H2Frame.Ack) == 0:
                payload.CopyTo(_out.AsSpan(_outEnd + FrameHeader));
                WriteHeader(_outEnd, payload.Length, H2Frame.Ping, H2Frame.Ack, 0);
                _outEnd += FrameHeader + payload.Length;
                break;
            case H2Frame.WindowUpdate when stream == 0:
                _sendWindow += BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
                break;
            case H2Frame.WindowUpdate:
                _streams.Window(stream, BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue);
                break;
            case H2Frame.GoAway:
                End();
                break;
            default:
                break;
        }
    }

    private void Settings(ReadOnlySpan<byte> payload)
    {
        for (; payload.Length >= 6; payload = payload[6..])
        {
            var value = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(payload[2..]), int.MaxValue);
            switch (BinaryPrimitives.ReadUInt16BigEndian(payload))
            {
                case 3:
                    MaxStreams = value;
                    break;
                case 4:
                    StreamWindow = value;
                    break;
                case 5:
                    _maxFrame = value;
                    break;
                default:
                    break;
            }
        }

        WriteHeader(_outEnd, 0, H2Frame.Settings, H2Frame.Ack, 0);
        _outEnd += FrameHeader;
        _settled = true;
    }

    private void End()
    {
        Ended = true;
        _streams.Ended();
    }

    private void WriteHeader(int at, int length, byte type, byte flags, int stream)
    {
        var header = _out.AsSpan(at, FrameHeader);
        (header[0], header[1], header[2]) = ((byte)(length >> 16), (byte)(length >> 8), (byte)length);
        (header[3], header[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(header[5..], stream);
    }
}
