using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using YiMaTong.Load.Table;

namespace YiMaTong.Load.Report;

/// <summary>The table of goals as measured.</summary>
internal sealed record TableResult(string Machine, string Commit, bool Smoke, IReadOnlyList<RowResult> Rows)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The table for a terminal.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Machine}\ncommit {Commit}\n");
        if (Smoke)
        {
            text.Append("small sizes, one short run: these figures show that rows can be measured and nothing else\n");
        }

        text.Append('\n');
        text.AppendLine($"{"id",-4} {"what",-46} {"target",10} {"median",12} {"min–max",21}    reason");
        foreach (var row in Rows)
        {
            var target = row.Measured ? $"{(row.AtLeast ? "≥" : "≤")} {Figure(row.Target)}" : "";
            var median = row.Measured ? $"{Figure(row.Median)} {row.Unit}" : "–";
            var range = row.Measured ? $"{Figure(row.Min)}–{Figure(row.Max)}" : "";
            var mark = !row.Measured ? "?" : row.Met ? "✓" : "✗";
            var line = $"{row.Id,-4} {row.What,-46} {target,10} {median,12} {range,21}  {mark} {row.Reason}";
            text.AppendLine(line.TrimEnd());
        }

        return text.ToString();
    }

    /// <summary>Writes perf/results/DATE.json, and the page beside it; a small run goes to smoke.json.</summary>
    public async Task Save(string repository)
    {
        var folder = Path.Combine(repository, "perf", "results");
        System.IO.Directory.CreateDirectory(folder);
        var date = TimeProvider.System.GetUtcNow();
        var name = Smoke ? "smoke" : date.ToString("yyyy-MM-dd-HHmm", CultureInfo.InvariantCulture);
        var file = Path.Combine(folder, $"{name}.json");
        await File.WriteAllTextAsync(file, Serialize(new { date, Machine, Commit, Smoke, Rows }) + "\n");
        var runs = Rows.SelectMany(row => row.Runs.Select(run => ($"{row.Id} {row.What}", run)));
        await File.WriteAllTextAsync(
            Path.ChangeExtension(file, ".html"), HtmlPage.Of($"{Machine}, {Commit}", Text(), runs));
        await Console.Out.WriteLineAsync($"{Path.GetRelativePath(repository, file)} and its .html written");
    }

    /// <summary>Writes a value as this type's JSON is written.</summary>
    public static string Serialize<T>(T value) => JsonSerializer.Serialize(value, Json);

    private static string Figure(double figure) => Math.Abs(figure) switch
    {
        >= 1_000 => figure.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => figure.ToString("0.#", CultureInfo.InvariantCulture),
        _ => figure.ToString("0.##", CultureInfo.InvariantCulture),
    };
}
