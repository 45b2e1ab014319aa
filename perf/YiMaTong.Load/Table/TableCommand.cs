using System.Globalization;
using YiMaTong.Load.Report;
using YiMaTong.Load.Servers;

namespace YiMaTong.Load.Table;

/// <summary>Measures rows, prints the table, writes the JSON file and the page.</summary>
internal static class TableCommand
{
    // In this order rows that want the same city and node follow each other. The overload comes last of its node: it
    // leaves the most behind.
    private static readonly IRow[] Rows =
    [
        new EngineRow(), new EmergencyRow(), new UnaryRow(), new BatchRow(), new StoreRow(), new OverloadRow(),
        new RestRow(), new SwitchRow(), new FirstSecondsRow(), new GeneratorRow(), new SizeRow(), new SteadyRow(),
    ];

    private static readonly long Begun = TimeProvider.System.GetTimestamp();

    public static async Task<int> Run(string repository, string[] args)
    {
        var sizes = args.Contains("--smoke") ? Sizes.Small
            : args.Contains("--once") ? new Sizes { Runs = 1 }
            : new Sizes();
        var wanted = args.Where(arg => !arg.StartsWith('-')).ToArray();
        var unknown = wanted.Except(Rows.SelectMany(row => row.Ids)).ToArray();
        if (unknown.Length > 0)
        {
            await Console.Error.WriteLineAsync($"no such row: {string.Join(' ', unknown)}");
            return 2;
        }

        var folder = System.IO.Directory.CreateTempSubdirectory("yimatong-perf-").FullName;
        var failed = false;
        try
        {
            using var rig = new Rig(new Bench(Path.GetFullPath(repository), folder), sizes, Progress);
            var table = new TableResult(
                TimeProvider.System.GetUtcNow(), Machine.Line(), await Machine.Commit(repository), sizes.Smoke, []);
            var rows = Rows.Where(row => wanted.Length == 0 || row.Ids.Intersect(wanted).Any()).ToArray();
            for (var i = 0; i < rows.Length; i++)
            {
                Progress($"== {i + 1} of {rows.Length}: {string.Join(' ', rows[i].Ids)}");
                var measured = await Measure(rows[i], rig);
                failed |= measured.Any(result => !result.Measured && result.Reason != RowResult.NobodyRefused);

                // Saved after each row, so that a run that is broken off keeps what it has.
                table = table.With(measured);
                await table.Save(repository);
                Progress(TableResult.TextOf(measured));
            }

            await Console.Out.WriteLineAsync(table.Text());
            await Console.Out.WriteLineAsync($"{table.File} and its .html written");
        }
        finally
        {
            if (failed)
            {
                await Console.Error.WriteLineAsync($"logs of the servers: {folder}");
            }
            else
            {
                System.IO.Directory.Delete(folder, recursive: true);
            }
        }

        return failed ? 1 : 0;
    }

    private static async Task<IReadOnlyList<RowResult>> Measure(IRow row, Rig rig)
    {
        var begun = TimeProvider.System.GetTimestamp();
        try
        {
            return await row.Measure(rig);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or TimeoutException
            or InvalidOperationException or HttpRequestException or System.Net.Sockets.SocketException
            or System.ComponentModel.Win32Exception or OperationCanceledException)
        {
            // What went wrong may have spoilt the servers: the next row gets new ones.
            rig.Release();
            return [.. row.Ids.Select(id => RowResult.NotMeasured(id, e.Message))];
        }
        finally
        {
            Progress($"== {string.Join(' ', row.Ids)}: {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0.0} s");
        }
    }

    private static void Progress(string text)
    {
        var elapsed = TimeProvider.System.GetElapsedTime(Begun).ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Console.Error.WriteLine($"{elapsed} {line}");
        }
    }
}
