using YiMaTong.Load.Report;
using YiMaTong.Load.Servers;

namespace YiMaTong.Load.Table;

/// <summary>Measures rows, prints the table, writes the JSON file and the page.</summary>
internal static class TableCommand
{
    private static readonly IRow[] Rows =
    [
        new EngineRow(), new UnaryRow(), new BatchRow(), new RestRow(), new SteadyRow(), new StoreRow(), new SizeRow(),
        new StartRow(), new OverloadRow(), new SwitchRow(), new FirstSecondsRow(), new GeneratorRow(),
    ];

    public static async Task<int> Run(string repository, string[] args)
    {
        var sizes = args.Contains("--smoke") ? Sizes.Small : new Sizes();
        var wanted = args.Where(arg => !arg.StartsWith('-')).ToArray();
        var unknown = wanted.Except(Rows.SelectMany(row => row.Ids)).ToArray();
        if (unknown.Length > 0)
        {
            await Console.Error.WriteLineAsync($"no such row: {string.Join(' ', unknown)}");
            return 2;
        }

        var folder = System.IO.Directory.CreateTempSubdirectory("yimatong-perf-").FullName;
        var results = new List<RowResult>();
        var failed = false;
        try
        {
            var rig = new Rig(new Bench(Path.GetFullPath(repository), folder), sizes, Progress);
            foreach (var row in Rows.Where(row => wanted.Length == 0 || row.Ids.Intersect(wanted).Any()))
            {
                var measured = await Measure(row, rig);
                results.AddRange(measured);
                failed |= measured.Any(result => !result.Measured);
            }

            var table = new TableResult(Machine.Line(), await Machine.Commit(repository), sizes.Smoke, results);
            await Console.Out.WriteLineAsync(table.Text());
            await table.Save(repository);
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
        Progress($"== {string.Join(' ', row.Ids)}");
        var begun = TimeProvider.System.GetTimestamp();
        try
        {
            return await row.Measure(rig);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or TimeoutException
            or InvalidOperationException or HttpRequestException or System.Net.Sockets.SocketException
            or System.ComponentModel.Win32Exception or OperationCanceledException)
        {
            return [.. row.Ids.Select(id => RowResult.NotMeasured(id, e.Message))];
        }
        finally
        {
            Progress($"== {string.Join(' ', row.Ids)}: {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0.0} s");
        }
    }

    private static void Progress(string line) => Console.Error.WriteLine(line);
}
