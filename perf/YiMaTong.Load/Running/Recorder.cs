using System.Text;
using YiMaTong.Load.Scenarios;
using YiMaTong.Load.Wire;

namespace YiMaTong.Load.Running;

/// <summary>Counts and judges answers. One thread uses it.</summary>
internal sealed class Recorder : IAnswers
{
    private const int WrongCodesMax = 32;

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly Latencies _good = new();
    private readonly Latencies _refused = new();
    private readonly Latencies _second = new();
    private readonly List<SecondResult> _timeline = [];
    private readonly Dictionary<string, long> _wrongCodes = [];
    private (long Good, long Refused, long Bad) _before;
    private long _bytes;

    public long Good { get; private set; }

    public long Refused { get; private set; }

    public long Wrong { get; private set; }

    public long Failed { get; private set; }

    public long Codes { get; private set; }

    public long Unsent { get; set; }

    public long Offered { get; set; }

    private long Ended => Good + Refused + Wrong + Failed;

    public void Answered(in Shot shot, CallStatus status, ReadOnlySpan<byte> body)
    {
        var nanoseconds = (long)_time.GetElapsedTime(shot.Intended).TotalNanoseconds;
        var verdict = status switch
        {
            CallStatus.Ok => shot.Step.Judge(shot.Item, body),
            CallStatus.Refused => Verdict.Refused,
            _ => Verdict.Wrong,
        };
        if (verdict == Verdict.Good)
        {
            Good++;
            Codes += shot.Step.Codes;
            _bytes += body.Length;
            _second.Record(nanoseconds);
        }
        else if (verdict == Verdict.Refused)
        {
            Refused++;
            _refused.Record(nanoseconds);
        }
        else if (status == CallStatus.Ok)
        {
            Wrong++;
            Note(body);
        }
        else
        {
            Failed++;
        }
    }

    /// <summary>Closes a second of the timeline.</summary>
    public SecondResult CloseSecond()
    {
        var result = new SecondResult(
            _timeline.Count + 1,
            Good - _before.Good,
            Refused - _before.Refused,
            Wrong + Failed - _before.Bad,
            _second.At(50),
            _second.At(99),
            _second.At(100));
        _timeline.Add(result);
        _before = (Good, Refused, Wrong + Failed);
        _good.Add(_second);
        _second.Reset();
        return result;
    }

    /// <summary>The whole run.</summary>
    public RunResult Result(string scenario, IEnumerable<string> simulations, double seconds) => new()
    {
        Scenario = scenario,
        Simulations = [.. simulations],
        Seconds = seconds,
        Offered = Offered,
        Answered = Ended,
        Good = Good,
        Refused = Refused,
        Wrong = Wrong,
        Failed = Failed,
        Unsent = Unsent,
        GoodPerSecond = Good / seconds,
        CodesPerSecond = Codes / seconds,
        AnswerBytes = Good == 0 ? 0 : (double)_bytes / Good,
        Latency = _good.Summary(),
        RefusalLatency = _refused.Summary(),
        Curve = _good.Curve(),
        Timeline = _timeline,
        WrongCodes = _wrongCodes,
    };

    private void Note(ReadOnlySpan<byte> body)
    {
        var code = Answers.CodeOf(body);
        var at = code.IsEmpty ? body.IndexOf("\"PY"u8) : -1;
        var text = !code.IsEmpty ? Encoding.ASCII.GetString(code)
            : at >= 0 && body.Length >= at + 7 ? Encoding.ASCII.GetString(body.Slice(at + 1, 6))
            : "other";
        if (_wrongCodes.Count < WrongCodesMax || _wrongCodes.ContainsKey(text))
        {
            _wrongCodes[text] = _wrongCodes.GetValueOrDefault(text) + 1;
        }
    }
}
