using YiMaTong.Decode.Decisions;

namespace YiMaTong.Decode.Tests.Decisions;

/// <summary>A decision record that does as the test says.</summary>
internal sealed class ListSink : IDecisionSink
{
    public List<DecisionEntry> Entries { get; } = [];

    /// <summary>What answers wait for from now on: whether they may be given.</summary>
    public TaskCompletionSource<bool> Commit { get; set; } = new();

    public bool Refusing { get; set; }

    public bool Takes { get; set; } = true;

    public bool Waits { get; init; }

    public bool Record(in DecisionEntry entry)
    {
        if (Takes)
        {
            lock (Entries)
            {
                Entries.Add(entry);
            }
        }

        return Takes;
    }

    public ValueTask<bool> Settled(CancellationToken cancellation) => new(Commit.Task);
}
