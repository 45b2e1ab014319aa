using System.Buffers.Binary;
using YiMaTong.Perf;

namespace YiMaTong.Load.Scenarios;

/// <summary>Decode: one scan a call, from a pool of distinct codes that goes round.</summary>
internal sealed class UnaryStep : Step
{
    private const int GrpcPrefix = 5;
    private const int SessionLength = 32;
    private const int SessionAt = GrpcPrefix + 2;
    private const int Length = SessionAt + SessionLength + CodeText.ScanLength;

    private readonly byte[] _bodies;
    private readonly int[] _citizens;
    private readonly Answers _answers;
    private int _next;

    public UnaryStep(City city, Citizens citizens, int pool, bool tags = true)
        : base("decode", "/yimatong.decode.v1.DecodeService/Decode", 1)
    {
        _answers = new Answers(city, tags);
        _bodies = new byte[pool * Length];
        _citizens = new int[pool];
        for (var i = 0; i < pool; i++)
        {
            var body = _bodies.AsSpan(i * Length, Length);
            BinaryPrimitives.WriteInt32BigEndian(body[1..], Length - GrpcPrefix);
            (body[GrpcPrefix], body[GrpcPrefix + 1]) = (0x0A, SessionLength);
            _citizens[i] = citizens.Next();
            CodeText.Write(city, _citizens[i], i, 0x12, body[(SessionAt + SessionLength)..]);
        }
    }

    public override void Enter(IReadOnlyList<byte[]> sessions)
    {
        for (var i = 0; i < _citizens.Length; i++)
        {
            sessions[i % sessions.Count].CopyTo(_bodies.AsSpan((i * Length) + SessionAt));
        }
    }

    public override bool TryNext(out int item, out ReadOnlyMemory<byte> body)
    {
        item = _next;
        _next = _next + 1 == _citizens.Length ? 0 : _next + 1;
        body = _bodies.AsMemory(item * Length, Length);
        return true;
    }

    public override Verdict Judge(int item, ReadOnlySpan<byte> answer) => _answers.Judge(_citizens[item], answer);
}
