using System.Text.RegularExpressions;

namespace YiMaTong.Integration.Tests.Repository;

/// <summary>An operator who looks for an event's number finds one event.</summary>
public sealed partial class EventNumberTests
{
    [Fact]
    public void EventNumbers_OfOneRoom_NameOneEventEach()
    {
        var events = SourceFile.Below("src")
            .SelectMany(file => LoggerMessage().Matches(string.Join('\n', file.Lines))
                .Select(match => (Room: file.Path.Split('/')[1], Number: match.Groups[1].Value, file.Path)))
            .ToArray();

        Assert.True(events.Length > 50, $"{events.Length} events found");
        Assert.Empty(events.GroupBy(found => (found.Room, found.Number)).Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}: {string.Join(", ", group.Select(found => found.Path))}"));
    }

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?:EventId\s*=\s*)?(\d+)")]
    private static partial Regex LoggerMessage();
}
