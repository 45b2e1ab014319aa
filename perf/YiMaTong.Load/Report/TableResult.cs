using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using YiMaTong.Load.Table;

namespace YiMaTong.Load.Report;

/// <summary>The table of goals as measured so far.</summary>
internal sealed record TableResult(
    DateTimeOffset Date, string Machine, string Commit, bool Smoke, IReadOnlyList<RowResult> Rows)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// Where it is saved, from the repository: perf/results/DATE.json; a small run goes to smoke.json.
    /// </summary>
    public string File => Path.Combine("perf", "results", $"{Name}.json");

    /// <summary>The table with more lines, in the order of goals.</summary>
    public TableResult With(IEnumerable<RowResult> more) =>
        this with { Rows = [.. Rows.Concat(more).OrderBy(row => Number(row.Id))] };

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
        return text.Append(TextOf(Rows)).ToString();
    }

    /// <summary>Lines of the table.</summary>
    public static string TextOf(IEnumerable<RowResult> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows)
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

    /// <summary>Writes its file, and the page beside it.</summary>
    public async Task Save(string repository)
    {
        var file = Path.Combine(repository, File);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await System.IO.File.WriteAllTextAsync(
            file, Serialize(new { Date, Machine, Commit, Smoke, Rows }) + "\n");
        var runs = Rows.SelectMany(row => row.Runs.Select(run => ($"{row.Id} {row.What}", run)));
        await System.IO.File.WriteAllTextAsync(
            Path.ChangeExtension(file, ".html"), HtmlPage.Of($"{Machine}, {Commit}", Text(), runs));
    }

    /// <summary>Writes a value as this type's JSON is written.</summary>
    public static string Serialize<T>(T value) => JsonSerializer.Serialize(value, Json);

    private string Name => Smoke ? "smoke" : Date.ToString("yyyy-MM-dd-HHmm", CultureInfo.InvariantCulture);

    // Goals by their number; the generator's own line, which has none, comes last.
    private static int Number(string id) =>
        int.TryParse(id.AsSpan(1), CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;

    private static string Figure(double figure) => Math.Abs(figure) switch
    {
        >= 1_000 => figure.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => figure.ToString("0.#", CultureInfo.InvariantCulture),
        _ => figure.ToString("0.##", CultureInfo.InvariantCulture),
    };
}
