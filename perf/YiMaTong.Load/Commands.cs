using System.Globalization;
using YiMaTong.Load.Scenarios;
using YiMaTong.Load.Table;
using YiMaTong.Perf;

namespace YiMaTong.Load;

/// <summary>The program's commands.</summary>
internal static class Commands
{
    private const string Usage = """
        YiMaTong.Load table REPOSITORY [--smoke|--once] [P2 ...]  the table of goals; perf/run.sh calls it
        YiMaTong.Load run SCENARIO --city FILE --grpc HOST:PORT [--rest HOST:PORT] --simulate LOAD ...
                          [--zipf 0.99] [--miss 0.01] [--links 32] [--pool 262144] [--warm-up 20] [--out PREFIX]
                          [--patience 10000]  ms that a start waits for a free connection before it is given up
                          scenarios: decode, batch, stream, mixed, rest
        YiMaTong.Load run mint --demo demo.json --rest HOST:PORT --simulate LOAD ...
                          loads: keep_constant:64:10s, inject:20000:60s, inject_random:20000:60s,
                          ramping_inject:1000:20000:30s, ramping_constant:1:64:10s, pause:5s
        YiMaTong.Load city CITIZENS FILE                        draws the keys of a city
        YiMaTong.Load sign CITY FILE COUNT                      signed requests for the rest scenario
        """;

    public static async Task<int> Run(string[] args)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        switch (args)
        {
            case ["table", var repository, .. var rest]:
                return await TableCommand.Run(repository, rest);
            case ["run", var scenario, .. var rest]:
                return await RunCommand.Run(scenario, rest);
            case ["city", var citizens, var cityTarget]:
                City.Create(int.Parse(citizens, CultureInfo.InvariantCulture)).Save(cityTarget);
                return 0;
            case ["sign", var cityFile, var file, var count]:
                var city = City.Load(cityFile);
                var requests = SignedRequests.Make(
                    city, new Citizens(city), int.Parse(count, CultureInfo.InvariantCulture));
                SignedRequests.Save(file, requests);
                return 0;
            default:
                await Console.Error.WriteLineAsync(Usage);
                return 2;
        }
    }
}
