using Microsoft.Extensions.Time.Testing;
using YiMaTong.Issuing.Incidents;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Tests.Incidents;

public sealed class IncidentBoardTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Put_SameTwice_ChangesNothing()
    {
        var board = new IncidentBoard(_time);
        var first = board.Put(Form("a"));
        _time.Advance(TimeSpan.FromMinutes(1));
        var list = board.All;

        Assert.Same(first, board.Put(Form("a")));
        Assert.Same(list, board.All);
    }

    [Fact]
    public void Put_Closed_NeverOpensAgain()
    {
        var board = new IncidentBoard(_time);
        board.Put(Form("a"));
        var closed = board.Close("a");

        Assert.Null(board.Put(Form("a") with { TextZh = "又坏了" }));
        Assert.Same(closed, board.Find("a"));
        Assert.Same(closed, board.Close("a"));
        Assert.Null(board.Close("b"));
    }

    [Fact]
    public void Merge_TwoCopies_NewerStands()
    {
        var board = new IncidentBoard(_time);
        var old = Form("a") with { OpenedAt = _time.GetUtcNow() };
        var newer = old with { Version = 2, ClosedAt = _time.GetUtcNow() };

        board.Merge([newer]);
        board.Merge([old]);

        Assert.Equal(newer, Assert.Single(board.All));
    }

    [Fact]
    public void Put_MoreThanFit_KeepsAllThatAreOpenAndTheNewestOthers()
    {
        var board = new IncidentBoard(_time);
        board.Put(Form("oldest-open"));
        for (var index = 0; index < IncidentBoard.Capacity + 5; index++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            board.Put(Form($"closed-{index}"));
            board.Close($"closed-{index}");
        }

        Assert.Equal(IncidentBoard.Capacity, board.All.Count);
        Assert.Equal(["oldest-open", "closed-204"], board.All.Take(2).Select(incident => incident.Id));
        Assert.Null(board.Find("closed-0"));
    }

    private static Incident Form(string id) => new()
    {
        Id = id,
        Kind = IncidentKind.Manual,
        SceneKinds = 1,
        TextZh = "坏了",
        TextEn = "broken",
    };
}
