using YiMaTong.Load.Simulation;
using YiMaTong.Perf;

namespace YiMaTong.Load.Scenarios;

/// <summary>Draws who scans: uniformly or by Zipf's law, and now and then somebody whom the directory lacks.</summary>
internal sealed class Citizens
{
    // Fixed, so that both sides of a ratio see the same people in the same order.
    private readonly Random _random = new(20_260_916);
    private readonly City _city;
    private readonly Zipf? _zipf;
    private readonly double _missRatio;

    /// <param name="city">The city.</param>
    /// <param name="zipf">Zipf's exponent; 0 for uniform.</param>
    /// <param name="missRatio">Part of scans of people who are not there, 0 to 1.</param>
    public Citizens(City city, double zipf = 0, double missRatio = 0)
    {
        (_city, _missRatio) = (city, missRatio);
        _zipf = zipf > 0 ? new Zipf(city.Subjects - City.ProbeSubjects, zipf, _random) : null;
    }

    /// <summary>Index of the next.</summary>
    public int Next() => _missRatio > 0 && _random.NextDouble() < _missRatio
        ? _city.Subjects + _random.Next(1_000_000)
        : City.ProbeSubjects + (_zipf?.Next() ?? _random.Next(_city.Subjects - City.ProbeSubjects));
}
