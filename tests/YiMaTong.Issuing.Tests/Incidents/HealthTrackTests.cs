using YiMaTong.Issuing.Incidents;

namespace YiMaTong.Issuing.Tests.Incidents;

public sealed class HealthTrackTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("--", "")] // too few
    [InlineData("---", "")] // too short a time
    [InlineData("-----", "F4")] // 3 failures are there at once, 20 s only at the fifth look
    [InlineData("--+--+--+--+", "")] // never enough in a row
    [InlineData("-----+-+-+-", "F4")] // never well enough to close
    [InlineData("-----++", "F4 R6")]
    [InlineData("-----+-++-----", "F4 R8 F13")]
    [InlineData("+++++++", "")]
    public void Report_Sequence_TurnsWhereItShould(string looks, string expected)
    {
        var track = new HealthTrack(failuresToOpen: 3, TimeSpan.FromSeconds(20), successesToClose: 2);

        var turns = looks.Select((look, index) => (track.Report(look == '+', Start.AddSeconds(5 * index)), index))
            .Where(turn => turn.Item1 != HealthTurn.None)
            .Select(turn => $"{turn.Item1.ToString()[0]}{turn.index}");

        Assert.Equal(expected, string.Join(' ', turns));
    }

    [Fact]
    public void Resume_ThenWell_Recovers()
    {
        var track = new HealthTrack(3, TimeSpan.Zero, 1);
        track.Resume();

        Assert.Equal(HealthTurn.None, track.Report(well: false, Start));
        Assert.Equal(HealthTurn.Recovered, track.Report(well: true, Start));
    }
}
