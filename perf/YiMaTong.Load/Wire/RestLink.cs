using System.Net;
using System.Net.Sockets;
using System.Text;

namespace YiMaTong.Load.Wire;

/// <summary>HTTP/1.1 calls on one kept-alive connection, one at a time; prepared bytes are the whole request.</summary>
internal sealed class RestLink : ILink
{
    private readonly Socket _socket;
    private readonly byte[] _in = new byte[1 << 16];
    private Shot _shot;
    private int _sent;
    private int _length;
    private bool _ended;

    public RestLink(EndPoint server)
    {
        _socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(server);
        _socket.Blocking = false;
    }

    public int InFlight { get; private set; }

    /// <summary>Head and body of a request.</summary>
    public static byte[] Request(string path, string json, params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var head = new StringBuilder($"POST {path} HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\n");
        foreach (var (name, value) in headers)
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        var body = Encoding.UTF8.GetBytes(json);
        head.Append("Content-Length: ").Append(body.Length).Append("\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head.ToString()), .. body];
    }

    public bool CanSend(int bytes) => InFlight == 0 && !_ended;

    public void Send(in Shot shot) => (_shot, _sent, _length, InFlight) = (shot, 0, 0, 1);

    public bool Pump(IAnswers answers)
    {
        if (InFlight == 0)
        {
            return false;
        }

        var moved = Push(answers);
        if (InFlight == 0 || _sent < _shot.Body.Length)
        {
            return moved;
        }

        var read = _socket.Receive(_in.AsSpan(_length), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return moved;
        }

        if (error != SocketError.Success || read == 0)
        {
            Finish(answers, CallStatus.Failed, default);
            _ended = true;
            return true;
        }

        _length += read;
        Parse(answers);
        return true;
    }

    public void Dispose() => _socket.Dispose();

    private bool Push(IAnswers answers)
    {
        if (_sent == _shot.Body.Length)
        {
            return false;
        }

        var sent = _socket.Send(_shot.Body.Span[_sent..], SocketFlags.None, out var error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            Finish(answers, CallStatus.Failed, default);
            _ended = true;
            return true;
        }

        _sent += Math.Max(0, sent);
        return sent > 0;
    }

    private void Parse(IAnswers answers)
    {
        var text = _in.AsSpan(0, _length);
        var end = text.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return;
        }

        var head = text[..(end + 2)];
        var body = text[(end + 4)..];
        var length = ContentLength(head);
        if (length >= 0 ? body.Length < length : !body.EndsWith("0\r\n\r\n"u8))
        {
            return;
        }

        var status = head[9..12];
        Finish(
            answers,
            status.SequenceEqual("200"u8) ? CallStatus.Ok
            : status.SequenceEqual("429"u8) || status.SequenceEqual("503"u8) ? CallStatus.Refused
            : CallStatus.Failed,
            body);
        _ended |= head.IndexOf("\r\nConnection: close\r\n"u8) >= 0;
    }

    /// <summary>Length that the head tells; -1 for a chunked body.</summary>
    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        if (at < 0)
        {
            return -1;
        }

        var length = 0;
        foreach (var digit in head[(at + name.Length)..])
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                break;
            }

            length = (length * 10) + digit - '0';
        }

        return length;
    }

    private void Finish(IAnswers answers, CallStatus status, ReadOnlySpan<byte> body)
    {
        InFlight = 0;
        answers.Answered(_shot, status, body);
    }
}
