using Microsoft.Extensions.Options;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// Every status list in memory: 2 bits for each place. Invariants: a place is given to one code at a time; a list gives
/// places only up to three quarters, and the next list is opened, and so published, at half, so that gates hold it
/// before codes point to it. Thread-safe.
/// </summary>
internal sealed class StatusBook(IOptions<EmergencyOptions> options)
{
    private const int ListsMax = 256;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<byte, StatusPage> _pages = [];

    /// <summary>Gives a place; null where every list is full.</summary>
    public StatusPlace? Take()
    {
        lock (_gate)
        {
            foreach (var page in _pages.Values)
            {
                if (page.SealedUntil == 0 && page.Count < page.Size / 4 * 3)
                {
                    return new StatusPlace(page.Number, page.Take());
                }
            }

            return null;
        }
    }

    /// <summary>Opens the next list where those that are open fill up.</summary>
    public void OpenNext()
    {
        lock (_gate)
        {
            if (_pages.Values.All(page => page.SealedUntil != 0 || page.Count >= page.Size / 2)
                && _pages.Count < ListsMax)
            {
                var number = (byte)Enumerable.Range(0, ListsMax).First(free => !_pages.ContainsKey((byte)free));
                _pages.Add(number, new StatusPage(number, options.Value.ListPlaces));
            }
        }
    }

    /// <summary>Opens a list that was there before; its size never shrinks.</summary>
    public void Open(byte number, int size)
    {
        lock (_gate)
        {
            _pages.TryAdd(number, new StatusPage(number, size));
        }
    }

    /// <summary>Takes in a code of the database.</summary>
    public void Put(StatusPlace place, bool revoked)
    {
        lock (_gate)
        {
            if (!_pages.TryGetValue(place.List, out var page))
            {
                _pages.Add(place.List, page = new StatusPage(place.List, options.Value.ListPlaces));
            }

            page.TryTake(place.Index);
            if (revoked)
            {
                page.Revoke(place.Index);
            }
        }
    }

    public void Revoke(IEnumerable<StatusPlace> places) => Each(places, (page, index) => page.Revoke(index));

    public void Free(IEnumerable<StatusPlace> places) => Each(places, (page, index) => page.Free(index));

    /// <summary>Seals a list with what was revoked in it before.</summary>
    public void Seal(byte number, ReadOnlySpan<byte> revoked, uint until)
    {
        lock (_gate)
        {
            if (_pages.TryGetValue(number, out var page))
            {
                page.Seal(revoked, until);
            }
        }
    }

    /// <summary>Opens what was sealed long enough.</summary>
    public void Unseal(uint now)
    {
        lock (_gate)
        {
            foreach (var page in _pages.Values)
            {
                page.Unseal(now);
            }
        }
    }

    /// <summary>The bits of the lists that changed, or of all.</summary>
    public IReadOnlyList<StatusBits> TakeBits(bool all)
    {
        lock (_gate)
        {
            return [.. _pages.Values.Where(page => all || page.Changed)
                .Select(page => new StatusBits(page.Number, page.Size, page.TakeBits()))];
        }
    }

    /// <summary>Places that are given and revoked, for metrics.</summary>
    public (long Given, long Revoked) Count()
    {
        lock (_gate)
        {
            return (_pages.Values.Sum(page => (long)page.Count), _pages.Values.Sum(page => page.RevokedCount));
        }
    }

    private void Each(IEnumerable<StatusPlace> places, Action<StatusPage, int> act)
    {
        lock (_gate)
        {
            foreach (var place in places)
            {
                if (_pages.TryGetValue(place.List, out var page))
                {
                    act(page, place.Index);
                }
            }
        }
    }
}

/// <summary>The bits of a list at a moment.</summary>
internal sealed record StatusBits(byte Number, int Size, byte[] Bits);
