using System.Buffers.Binary;
using System.Net;

namespace YiMaTong.Load.Wire;

/// <summary>One bidirectional gRPC stream: messages out, answers back in the same order.</summary>
internal sealed class StreamLink : ILink, IH2Streams
{
    private const int GrpcPrefix = 5;
    private const int ToppedUpAt = 1 << 26;

    private readonly H2Transport _transport;
    private readonly Queue<Shot> _sent = new();
    private readonly int _limit;
    private byte[] _body = new byte[1 << 16];
    private int _length;
    private int _received;
    private long _window;
    private int _stream;
    private IAnswers? _answers;

    public StreamLink(EndPoint server, int limit)
    {
        _transport = new H2Transport(server, this);
        _window = _transport.StreamWindow;
        _limit = limit;
    }

    public int InFlight => _sent.Count;

    public bool CanSend(int bytes) => _sent.Count < _limit && _window >= bytes && _transport.HasRoom(bytes);

    public void Send(in Shot shot)
    {
        if (_stream == 0)
        {
            _stream = _transport.Open(shot.Step.Path);
        }

        _transport.Data(_stream, shot.Body.Span, last: false);
        _window -= shot.Body.Length;
        _sent.Enqueue(shot);
    }

    public bool Pump(IAnswers answers)
    {
        _answers = answers;
        return _transport.Pump();
    }

    public void Dispose() => _transport.Dispose();

    void IH2Streams.Headers(int stream, ReadOnlySpan<byte> block, bool last)
    {
        if (last)
        {
            FailAll(Trailers.StatusOf(block) == CallStatus.Refused ? CallStatus.Refused : CallStatus.Failed);
        }
    }

    void IH2Streams.Data(int stream, ReadOnlySpan<byte> part, bool last)
    {
        if (_length + part.Length > _body.Length)
        {
            Array.Resize(ref _body, Math.Max(_length + part.Length, 2 * _body.Length));
        }

        part.CopyTo(_body.AsSpan(_length));
        _length += part.Length;
        _received += part.Length;
        if (_received >= ToppedUpAt)
        {
            _transport.TopUp(_stream, _received);
            _received = 0;
        }

        var at = 0;
        while (_length - at >= GrpcPrefix)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(_body.AsSpan(at + 1));
            if (_length - at - GrpcPrefix < size || !_sent.TryDequeue(out var shot))
            {
                break;
            }

            _answers?.Answered(shot, CallStatus.Ok, _body.AsSpan(at + GrpcPrefix, size));
            at += GrpcPrefix + size;
        }

        _body.AsSpan(at, _length - at).CopyTo(_body);
        _length -= at;
    }

    void IH2Streams.Reset(int stream) => FailAll(CallStatus.Failed);

    void IH2Streams.Window(int stream, int bytes) => _window += bytes;

    void IH2Streams.Ended() => FailAll(CallStatus.Failed);

    /// <summary>A stream that ended answers nothing more; the next message opens another.</summary>
    private void FailAll(CallStatus status)
    {
        (_stream, _length, _window) = (0, 0, _transport?.StreamWindow ?? 0);
        while (_sent.TryDequeue(out var shot))
        {
            _answers?.Answered(shot, status, default);
        }
    }
}
