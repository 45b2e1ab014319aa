using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Listeners;
using YiMaTong.Hosting.Load;

namespace YiMaTong.Decode.Load;

/// <summary>
/// Refuses calls before any work is done for them, when too many are under way or work waits too long for a processor:
/// strangers first, gates last. The wait that a refused caller is told grows with the pressure and is spread, so that
/// they do not all come again at once. Thread-safe, without a lock.
/// </summary>
internal sealed class AdmissionControl : IAdmissionControl
{
    private const int GatePlace = 1;
    private const int StreamPlace = 2;

    // Some are always let in, of each class: nobody is locked out for good, and the queue goes on being measured.
    private const double ShareMost = 0.97;

    // A refused scan still costs the server its frames and its stream, most of what an answered one costs. Beyond this
    // share more refusals shorten the queue by little and take most of the answers. A queue that comes near the
    // deadlines of gates is worth the rest.
    private const double GateShareMost = 0.6;
    private const double LongQueue = 4;
    private const double TooLongQueue = 10;

    private readonly TimeProvider _time;
    private readonly QueueDelay _queue;
    private readonly Pressure _pressure;
    private readonly LoadMetrics _metrics;
    private readonly long _target;
    private readonly int _maxGates;
    private readonly int _maxStreams;
    private readonly bool _connectionsTell;
    private int _gates;
    private int _streams;
    private uint _sequence;
    private uint _waits;

    /// <summary>Makes one.</summary>
    public AdmissionControl(
        IOptions<LoadOptions> options,
        IOptions<ListenersOptions> listeners,
        QueueDelay queue,
        LoadMetrics metrics,
        TimeProvider time)
    {
        var settings = options.Value;
        (_time, _queue, _metrics) = (time, queue, metrics);
        _pressure = new(time, settings.TargetDelayMs);
        _target = time.TimestampFrequency * settings.TargetDelayMs / 1000;
        _maxGates = settings.MaxGateCalls;
        _maxStreams = settings.MaxStreams;
        // Behind a proxy a connection carries many callers and tells nothing of any.
        _connectionsTell = listeners.Value.TrustedProxies.Count == 0;
        metrics.Watch(() => _queue.Seconds, () => _pressure.Value);
    }

    /// <inheritdoc />
    public Admission Judge(HttpContext context)
    {
        var calls = CallClasses.Of(context);
        if (calls == CallClass.Free)
        {
            return Admission.Free;
        }

        if (_connectionsTell && calls != CallClass.Gate && ConnectionTrust.Of(context) is { } connection)
        {
            if (connection.Hostile)
            {
                _metrics.Refused("hostile");
                return new(0, RetryWaits.Milliseconds[^1], Close: true);
            }

            calls = connection.Trusted ? CallClass.Known : calls;
        }

        return Judge(calls, context.Request);
    }

    /// <inheritdoc />
    public void Leave(int place) =>
        Interlocked.Decrement(ref (place == StreamPlace ? ref _streams : ref _gates));

    /// <summary>Judges a call of a known class.</summary>
    internal Admission Judge(CallClass calls, HttpRequest request)
    {
        var now = _time.GetTimestamp();
        var delay = _queue.Sample(now);
        var pressure = _pressure.At(now);
        if (delay >= 0)
        {
            _pressure.Observe(now, delay);
        }

        if ((pressure > (double)calls || delay > _target) && Excess(request, calls, delay, pressure) is { } reason)
        {
            return Refuse(reason);
        }

        if (calls != CallClass.Gate)
        {
            return Admission.Free;
        }

        // A stream stays for hours and takes none of the calls' places; its frames are bounded by backpressure.
        if (CallClasses.IsStream(request.Path))
        {
            return JudgeStream();
        }

        if (Interlocked.Increment(ref _gates) <= _maxGates)
        {
            return new(GatePlace, 0);
        }

        Interlocked.Decrement(ref _gates);
        return Refuse("concurrency");
    }

    private Admission JudgeStream()
    {
        if (Interlocked.Increment(ref _streams) <= _maxStreams)
        {
            return new(StreamPlace, 0);
        }

        // Places of streams come free slowly: the longest waits, whatever the pressure.
        Interlocked.Decrement(ref _streams);
        _metrics.Refused("streams");
        return new(0, RetryWaits.Milliseconds[^(1 + (int)(Interlocked.Increment(ref _waits) & 3))]);
    }

    private string? Excess(HttpRequest request, CallClass calls, long delay, double pressure)
    {
        if (delay > _target && GrpcTimeout.TryRead(request.Headers, _time.TimestampFrequency, out var timeout)
            && timeout <= delay)
        {
            return "deadline";
        }

        // Multiples of the golden ratio fall evenly: of any hundred calls the right share is refused.
        var share = Math.Clamp(pressure - (double)calls, 0, calls == CallClass.Gate ? GateShare(delay) : ShareMost);
        return share > 0 && Interlocked.Increment(ref _sequence) * 2_654_435_769u < (uint)(share * uint.MaxValue)
            ? "delay"
            : null;
    }

    private double GateShare(long delay)
    {
        var length = (double)delay / _target;
        var excess = Math.Clamp((length - LongQueue) / (TooLongQueue - LongQueue), 0, 1);
        return GateShareMost + (excess * (ShareMost - GateShareMost));
    }

    private Admission Refuse(string reason)
    {
        _metrics.Refused(reason);
        return new(0, Wait());
    }

    private int Wait()
    {
        var waits = RetryWaits.Milliseconds;
        var spread = (int)(Interlocked.Increment(ref _waits) & 3);
        var severity = (int)(_pressure.Value / Pressure.Most * (waits.Length - 4));
        return waits[severity + spread];
    }
}
