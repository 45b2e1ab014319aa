namespace YiMaTong.Issuing.Incidents;

/// <summary>
/// What is published, in memory: it needs neither disk nor database. Invariants: the list is open ones first, then
/// newest first; a closed incident never opens again; an incident's version rises with every change of it. Readers take
/// the whole list by one volatile read; writers follow one another. Thread-safe.
/// </summary>
internal sealed class IncidentBoard(TimeProvider time)
{
    /// <summary>Most incidents that are kept here; the database keeps all. Open ones are never left out.</summary>
    public const int Capacity = 200;

    private readonly Lock _gate = new();
    private volatile IReadOnlyList<Incident> _all = [];

    /// <summary>Every incident on the board, in order. A new list at each change.</summary>
    public IReadOnlyList<Incident> All => _all;

    public Incident? Find(string id) => _all.FirstOrDefault(incident => incident.Id == id);

    /// <summary>Opens an incident, or alters texts, reach and the SMS switch of one that is open.</summary>
    /// <returns>The incident as it now stands; null where it is closed already.</returns>
    public Incident? Put(Incident form)
    {
        lock (_gate)
        {
            if (Find(form.Id) is not { } known)
            {
                var opened = form with { OpenedAt = time.GetUtcNow(), ClosedAt = null, Version = 1 };
                Replace(null, opened);
                return opened;
            }

            var altered = known with
            {
                Region = form.Region,
                SceneKinds = form.SceneKinds,
                TextZh = form.TextZh,
                TextEn = form.TextEn,
                Sms = form.Sms,
            };
            return !known.IsOpen ? null : altered == known ? known : Replace(known, altered);
        }
    }

    /// <summary>Closes an incident; one that is closed stays as it is.</summary>
    /// <returns>The incident as it now stands; null where there is none.</returns>
    public Incident? Close(string id)
    {
        lock (_gate)
        {
            return Find(id) is { IsOpen: true } open
                ? Replace(open, open with { ClosedAt = time.GetUtcNow() })
                : Find(id);
        }
    }

    /// <summary>Takes in what was kept; of two copies the one with the higher version stands.</summary>
    public void Merge(IEnumerable<Incident> kept)
    {
        lock (_gate)
        {
            _all = Sort(_all.Concat(kept)
                .GroupBy(incident => incident.Id, StringComparer.Ordinal)
                .Select(copies => copies.MaxBy(copy => copy.Version)!));
        }
    }

    private Incident Replace(Incident? old, Incident incident)
    {
        var next = old is null ? incident : incident with { Version = old.Version + 1 };
        _all = Sort(_all.Where(other => other.Id != next.Id).Append(next));
        return next;
    }

    private static List<Incident> Sort(IEnumerable<Incident> incidents)
    {
        var sorted = incidents
            .OrderByDescending(incident => incident.IsOpen)
            .ThenByDescending(incident => incident.OpenedAt)
            .ThenBy(incident => incident.Id, StringComparer.Ordinal)
            .ToList();
        return [.. sorted.Where((incident, place) => incident.IsOpen || place < Capacity)];
    }
}
