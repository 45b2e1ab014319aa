namespace YiMaTong.Load.Simulation;

/// <summary>
/// Draws ranks 0 to n-1 where rank k is drawn in proportion to 1/(k+1)^s: a few citizens scan all day, most seldom. By
/// rejection from the integral (Hörmann and Derflinger 1996), so that ten million ranks need no table.
/// </summary>
internal sealed class Zipf
{
    private readonly Random _random;
    private readonly int _count;
    private readonly double _exponent;
    private readonly double _low;
    private readonly double _high;

    public Zipf(int count, double exponent, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (_count, _exponent, _random) = (count, exponent, random);
        _low = Integral(1.5) - 1;
        _high = Integral(count + 0.5);
    }

    /// <summary>Draws a rank.</summary>
    public int Next()
    {
        while (true)
        {
            var u = _high + (_random.NextDouble() * (_low - _high));
            var x = Inverse(u);
            var k = (int)Math.Clamp(Math.Round(x), 1, _count);
            if (u >= Integral(k + 0.5) - Math.Pow(k, -_exponent))
            {
                return k - 1;
            }
        }
    }

    private double Integral(double x) => Math.Abs(1 - _exponent) < 1e-9
        ? Math.Log(x)
        : (Math.Pow(x, 1 - _exponent) - 1) / (1 - _exponent);

    private double Inverse(double u) => Math.Abs(1 - _exponent) < 1e-9
        ? Math.Exp(u)
        : Math.Pow(1 + (u * (1 - _exponent)), 1 / (1 - _exponent));
}
