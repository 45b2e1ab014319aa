using YiMaTong.Perf;

namespace YiMaTong.Peers.Feed;

/// <summary>Changes citizens at a steady rate, as people do all day.</summary>
internal sealed class Churn(CityHistory history, TimeProvider time) : BackgroundService
{
    private const int TicksPerSecond = 100;

    // Fixed, so that two runs change the same citizens in the same order.
    private readonly Random _random = new(20_260_916);
    private volatile int _perSecond;

    /// <summary>Changes a second.</summary>
    public int PerSecond
    {
        get => _perSecond;
        set => _perSecond = value;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / TicksPerSecond), time);
        var owed = 0.0;
        var last = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = time.GetTimestamp();
            owed = Math.Min(owed + (_perSecond * time.GetElapsedTime(last, now).TotalSeconds), _perSecond);
            last = now;
            var indices = new int[(int)owed];
            owed -= indices.Length;
            for (var i = 0; i < indices.Length; i++)
            {
                indices[i] = _random.Next(City.ProbeSubjects, history.City.Subjects);
            }

            if (indices.Length > 0)
            {
                history.Touch(indices);
            }
        }
    }
}
