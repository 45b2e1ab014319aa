using Microsoft.Extensions.Time.Testing;
using YiMaTong.Gate.Alarms;

namespace YiMaTong.Gate.Tests;

public sealed class GateAlarmsTests
{
    [Fact]
    public void Raise_AHandlerThrows_TheOthersAreToldAndTheAlarmStands()
    {
        var alarms = new GateAlarms(new FakeTimeProvider());
        var told = new List<string>();
        alarms.Raised += _ => throw new IOException("No space left on device");
        alarms.Raised += alarm => told.Add($"+{alarm.Alarm}");
        alarms.Cleared += _ => throw new IOException("No space left on device");
        alarms.Cleared += alarm => told.Add($"-{alarm.Alarm}");

        alarms.Raise(GateAlarm.JournalRefused, "the disk is full");
        Assert.True(alarms.Stands(GateAlarm.JournalRefused));
        alarms.Clear(GateAlarm.JournalRefused);

        Assert.Equal(["+JournalRefused", "-JournalRefused"], told);
    }

    [Fact]
    public void Acknowledge_AnAlarmThatStands_TakesItOffUntilItIsRaisedAgain()
    {
        var alarms = new GateAlarms(new FakeTimeProvider());
        var told = new List<string>();
        alarms.Raised += alarm => told.Add($"+{alarm.Text}");
        alarms.Cleared += alarm => told.Add($"-{alarm.Text}");
        alarms.Raise(GateAlarm.ScansLost, "1 scan");
        alarms.Raise(GateAlarm.ScansLost, "2 scans");

        Assert.True(alarms.Acknowledge(GateAlarm.ScansLost));
        Assert.False(alarms.Acknowledge(GateAlarm.ScansLost));
        Assert.Empty(alarms.Standing);
        alarms.Raise(GateAlarm.ScansLost, "3 scans");

        Assert.Equal(["+1 scan", "-2 scans", "+3 scans"], told);
    }
}
