using Microsoft.Extensions.Time.Testing;

namespace YiMaTong.Directory.Tests;

public sealed class WorkPaceTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<double> _rests = [];

    private WorkPace Pace(int percent) => new(_time, percent, rest =>
    {
        _rests.Add(rest.TotalMilliseconds);
        _time.Advance(rest);
    });

    private void Work(WorkPace pace, double milliseconds)
    {
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        pace.Step();
    }

    [Fact]
    public void Step_LessThanAPieceWorked_DoesNotRest()
    {
        var pace = Pace(20);
        Work(pace, 0.2);
        Work(pace, 0.2);
        Assert.Empty(_rests);
        Work(pace, 0.2);
        Assert.Equal(2.4, Assert.Single(_rests), 0.001);
    }

    [Theory]
    [InlineData(50, 2)]
    [InlineData(20, 8)]
    [InlineData(5, 38)]
    public void Step_PiecesWorked_RestsUntilTheShareIsKept(int percent, double rest)
    {
        var pace = Pace(percent);
        Work(pace, 2);
        Work(pace, 2);
        Assert.Equal(2, _rests.Count);
        Assert.All(_rests, taken => Assert.Equal(rest, taken, 0.001));
    }

    [Fact]
    public void Step_DiskStoodStill_RestsATenthOfASecond()
    {
        Work(Pace(20), 60_000);
        Assert.Equal(100, Assert.Single(_rests), 0.001);
    }

    [Fact]
    public void Step_WholeProcessorAllowed_NeverRests()
    {
        Work(Pace(100), 500);
        Assert.Empty(_rests);
    }
}
