using System.Buffers.Binary;
using YiMaTong.Perf;

namespace YiMaTong.Load.Scenarios;

/// <summary>
/// DecodeBatch, or a frame of DecodeStream: both are laid out alike. Each result of each answer is judged.
/// </summary>
internal sealed class BatchStep : Step
{
    private const int GrpcPrefix = 5;
    private const int SessionLength = 32;
    private const int SessionAt = GrpcPrefix + 2;
    private const byte ResultTag = 0x1A;

    private readonly byte[][] _bodies;
    private readonly int[][] _citizens;
    private readonly Answers _answers;
    private int _next;

    private BatchStep(string name, string method, City city, Citizens citizens, int size, int pool)
        : base(name, $"/yimatong.decode.v1.DecodeService/{method}", size)
    {
        _answers = new Answers(city);
        _bodies = new byte[pool][];
        _citizens = new int[pool][];
        var length = SessionAt + SessionLength + (size * (2 + CodeText.ScanLength));
        for (var b = 0; b < pool; b++)
        {
            var body = _bodies[b] = new byte[length];
            _citizens[b] = new int[size];
            BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), length - GrpcPrefix);
            (body[GrpcPrefix], body[GrpcPrefix + 1]) = (0x0A, SessionLength);
            var scan = body.AsSpan(SessionAt + SessionLength);
            for (var i = 0; i < size; i++, scan = scan[(2 + CodeText.ScanLength)..])
            {
                _citizens[b][i] = citizens.Next();
                (scan[0], scan[1]) = (0x12, CodeText.ScanLength);
                CodeText.Write(city, _citizens[b][i], (b * size) + i, 0x0A, scan[2..]);
            }
        }
    }

    /// <summary>Batches of a size.</summary>
    public static BatchStep Batch(City city, Citizens citizens, int size, int pool) =>
        new("decode_batch", "DecodeBatch", city, citizens, size, pool);

    /// <summary>Frames of a size.</summary>
    public static BatchStep Stream(City city, Citizens citizens, int size, int pool) =>
        new("decode_stream", "DecodeStream", city, citizens, size, pool);

    public override void Enter(IReadOnlyList<byte[]> sessions)
    {
        for (var b = 0; b < _bodies.Length; b++)
        {
            sessions[b % sessions.Count].CopyTo(_bodies[b].AsSpan(SessionAt));
        }
    }

    public override bool TryNext(out int item, out ReadOnlyMemory<byte> body)
    {
        item = _next;
        _next = _next + 1 == _bodies.Length ? 0 : _next + 1;
        body = _bodies[item];
        return true;
    }

    public override Verdict Judge(int item, ReadOnlySpan<byte> answer)
    {
        var envelope = Answers.Envelope(answer);
        if (envelope != Verdict.Good)
        {
            return envelope;
        }

        var citizens = _citizens[item];
        var seen = 0;
        while (!answer.IsEmpty)
        {
            var tag = answer[0];
            var length = 0;
            var at = 1;
            for (var shift = 0; ; shift += 7)
            {
                length |= (answer[at] & 0x7F) << shift;
                if (answer[at++] < 0x80)
                {
                    break;
                }
            }

            if (tag == ResultTag
                && (seen == citizens.Length
                    || _answers.Judge(citizens[seen++], answer.Slice(at, length)) != Verdict.Good))
            {
                return Verdict.Wrong;
            }

            answer = answer[(at + length)..];
        }

        return seen == citizens.Length ? Verdict.Good : Verdict.Wrong;
    }
}
