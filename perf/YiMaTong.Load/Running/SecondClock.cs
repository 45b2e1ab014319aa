namespace YiMaTong.Load.Running;

/// <summary>Closes the timeline's seconds and writes the progress line.</summary>
internal sealed class SecondClock(
    TimeProvider time, long begun, Recorder recorder, string scenario, Action<string>? progress)
{
    private int _second = 1;

    /// <summary>Looks whether a second has passed.</summary>
    public void Tick(long now)
    {
        if (time.GetElapsedTime(begun, now).TotalSeconds < _second)
        {
            return;
        }

        _second++;
        var last = recorder.CloseSecond();
        progress?.Invoke(
            $"{scenario} {last.Second,4} s  {last.Good,8}/s good  {last.Refused,7} refused  {last.Bad,5} bad  "
            + $"p50 {last.P50:0.00}  p99 {last.P99:0.00}  max {last.Max:0.0} ms");
    }

    /// <summary>Closes what is left.</summary>
    public void Finish() => _ = recorder.CloseSecond();
}
