using System.Net;

namespace YiMaTong.Load.Wire;

/// <summary>gRPC calls of one message each way, many at once on one connection.</summary>
internal sealed class UnaryLink : ILink, IH2Streams
{
    private const int Slots = 1_024;
    private const int GrpcPrefix = 5;
    private static readonly TimeSpan RefusedLimit = TimeSpan.FromSeconds(10);

    private readonly Slot[] _slots = new Slot[Slots];
    private readonly H2Transport _transport;
    private readonly int _limit;
    private IAnswers? _answers;
    private int _next = 1;

    public UnaryLink(EndPoint server, int limit = int.MaxValue)
    {
        for (var i = 0; i < Slots; i++)
        {
            _slots[i] = new Slot();
        }

        _transport = new H2Transport(server, this);
        _limit = Math.Min(limit, Math.Min(_transport.MaxStreams, Slots - 1));
    }

    public int InFlight { get; private set; }

    /// <summary>Makes one call and waits for its message; for setting a run up, not for measuring.</summary>
    /// <exception cref="IOException">The call failed.</exception>
    public byte[] Call(Scenarios.Step step, ReadOnlyMemory<byte> body)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = new OneAnswer();
            Send(new Shot(step, 0, body, 0));
            while (!answer.Done)
            {
                // Asleep meanwhile: a probe has the core of the generator, whose every start it would put off.
                if (!Pump(answer))
                {
                    _transport.Wait();
                }
            }

            // A node that just came out of overload refuses for a moment.
            if (answer.Status != CallStatus.Refused || TimeProvider.System.GetElapsedTime(begun) > RefusedLimit)
            {
                return answer.Status == CallStatus.Ok
                    ? answer.Body
                    : throw new IOException($"{step.Path}: {answer.Status}");
            }

            _ = Thread.Yield();
        }
    }

    public bool CanSend(int bytes) =>
        InFlight < _limit && !_slots[(_next >> 1) % Slots].Busy && _transport.HasRoom(bytes);

    public void Send(in Shot shot)
    {
        var stream = _transport.Open(shot.Step.Path);
        _next = stream + 2;
        _transport.Data(stream, shot.Body.Span, last: true);
        var slot = _slots[(stream >> 1) % Slots];
        (slot.Busy, slot.Stream, slot.Shot, slot.Length) = (true, stream, shot, 0);
        InFlight++;
    }

    public bool Pump(IAnswers answers)
    {
        _answers = answers;
        return _transport.Pump();
    }

    public void Dispose() => _transport.Dispose();

    void IH2Streams.Headers(int stream, ReadOnlySpan<byte> block, bool last)
    {
        if (last && Find(stream) is { } slot)
        {
            Finish(slot, Trailers.StatusOf(block));
        }
    }

    void IH2Streams.Data(int stream, ReadOnlySpan<byte> part, bool last)
    {
        if (Find(stream) is not { } slot)
        {
            return;
        }

        slot.Append(part);
        if (last)
        {
            Finish(slot, CallStatus.Failed);
        }
    }

    void IH2Streams.Reset(int stream)
    {
        if (Find(stream) is { } slot)
        {
            Finish(slot, CallStatus.Failed);
        }
    }

    void IH2Streams.Window(int stream, int bytes)
    {
        // No request is as large as a stream's first window.
    }

    void IH2Streams.Ended()
    {
        foreach (var slot in _slots)
        {
            if (slot is { Busy: true })
            {
                Finish(slot, CallStatus.Failed);
            }
        }
    }

    private Slot? Find(int stream)
    {
        var slot = _slots[(stream >> 1) % Slots];
        return slot.Busy && slot.Stream == stream ? slot : null;
    }

    private void Finish(Slot slot, CallStatus status)
    {
        slot.Busy = false;
        InFlight--;
        var body = slot.Length > GrpcPrefix ? slot.Body.AsSpan(GrpcPrefix, slot.Length - GrpcPrefix) : default;
        _answers?.Answered(slot.Shot, status, body);
    }

    private sealed class Slot
    {
        public bool Busy;
        public int Stream;
        public Shot Shot;
        public byte[] Body = new byte[256];
        public int Length;

        public void Append(ReadOnlySpan<byte> part)
        {
            if (Length + part.Length > Body.Length)
            {
                Array.Resize(ref Body, Math.Max(Length + part.Length, 2 * Body.Length));
            }

            part.CopyTo(Body.AsSpan(Length));
            Length += part.Length;
        }
    }

    private sealed class OneAnswer : IAnswers
    {
        public bool Done { get; private set; }

        public CallStatus Status { get; private set; }

        public byte[] Body { get; private set; } = [];

        public void Answered(in Shot shot, CallStatus status, ReadOnlySpan<byte> body) =>
            (Done, Status, Body) = (true, status, body.ToArray());
    }
}
