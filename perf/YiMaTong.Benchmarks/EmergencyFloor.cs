using System.Diagnostics;
using System.Text.Json;

namespace YiMaTong.Benchmarks;

/// <summary>
/// P12's loop: a code, its two raw verifications, and the same with the phone's key imported, in turns within one
/// process, so that all meet the same machine.
/// </summary>
internal static class EmergencyFloor
{
    private const int Each = 500;
    // On one core the compiler has its turn only between calls; ten seconds have all of it in its last form.
    private const int WarmUp = 20;

    /// <summary>Measures, and prints one line of JSON: nanoseconds each, the median of the rounds.</summary>
    /// <param name="rounds">Rounds after the warm-up, of some 0.4 s, at least 1.</param>
    public static void Print(int rounds)
    {
        using var codes = new EmergencyVerifyBenchmark();
        codes.Setup();
        var (code, raw, import) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = -WarmUp; round < rounds; round++)
        {
            if (round == 0)
            {
                code.Clear();
                raw.Clear();
                import.Clear();
            }

            code.Add(Nanoseconds(codes.Shown));
            raw.Add(Nanoseconds(codes.TwoVerifications));
            import.Add(Nanoseconds(codes.TwoVerificationsAndImport));
        }

        Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, double>
        {
            ["codeNs"] = Median(code),
            ["rawNs"] = Median(raw),
            ["importNs"] = Median(import),
        }));
    }

    private static double Nanoseconds(Func<bool> one)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Each; i++)
        {
            _ = one();
        }

        return Stopwatch.GetElapsedTime(started).TotalNanoseconds / Each;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
