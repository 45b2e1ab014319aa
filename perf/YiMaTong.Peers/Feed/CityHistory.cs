using System.Security.Cryptography;
using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Perf;

namespace YiMaTong.Peers.Feed;

/// <summary>
/// The city's changes since the start, by revision. Every change is kept: a run makes a few hundred thousand. All
/// members are thread-safe; a reader sees a change only with its revision.
/// </summary>
internal sealed class CityHistory
{
    private readonly Lock _lock = new();
    private readonly List<Change> _changes = [];
    private readonly Dictionary<int, Entity> _changed = [];
    private TaskCompletionSource _arrived = NewSignal();

    public CityHistory(City city)
    {
        City = city;
        Registry = CityFeed.Registry(city);
        Base = (ulong)(Registry.Count + city.Subjects);
    }

    public City City { get; }

    /// <summary>Identity of this history; a restarted simulator is another database.</summary>
    public byte[] Epoch { get; } = RandomNumberGenerator.GetBytes(16);

    public IReadOnlyList<Entity> Registry { get; }

    /// <summary>Revision of the city before its first change.</summary>
    public ulong Base { get; }

    public ulong Revision
    {
        get
        {
            lock (_lock)
            {
                return Base + (ulong)_changes.Count;
            }
        }
    }

    /// <summary>Completes when a change arrives that was not there when it was read.</summary>
    public Task Arrived => Volatile.Read(ref _arrived).Task;

    /// <summary>Gives a citizen other tags, and returns the revision of the change.</summary>
    public ulong SetTags(int index, ulong tags) => Append(index, record => record.Tags = tags);

    /// <summary>
    /// Gives citizens other attributes, which no answer shows: work for nodes without another outcome.
    /// </summary>
    public void Touch(ReadOnlySpan<int> indices)
    {
        foreach (var index in indices)
        {
            _ = Append(index, record => record.Attributes++, signal: false);
        }

        Signal();
    }

    /// <summary>Revision and changed citizens of one moment.</summary>
    public (ulong Revision, Dictionary<int, Entity> Changed) Moment()
    {
        lock (_lock)
        {
            return (Base + (ulong)_changes.Count, new(_changed));
        }
    }

    /// <summary>Changes after a revision, at most so many.</summary>
    public Change[] After(ulong revision, int max)
    {
        lock (_lock)
        {
            var from = (int)(revision - Base);
            return [.. _changes.GetRange(from, Math.Min(max, _changes.Count - from))];
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ulong Append(int index, Action<SubjectRecord> change, bool signal = true)
    {
        ulong revision;
        lock (_lock)
        {
            var entity = _changed.TryGetValue(index, out var known) ? known.Clone() : Original(index);
            change(entity.Subject);
            revision = entity.Revision = Base + (ulong)_changes.Count + 1;
            _changed[index] = entity;
            _changes.Add(new() { Revision = revision, Entity = entity });
        }

        if (signal)
        {
            Signal();
        }

        return revision;
    }

    private static Entity Original(int index)
    {
        var entity = new Entity { Subject = new() };
        CityFeed.Fill(entity.Subject, index);
        return entity;
    }

    private void Signal() => Interlocked.Exchange(ref _arrived, NewSignal()).TrySetResult();
}
