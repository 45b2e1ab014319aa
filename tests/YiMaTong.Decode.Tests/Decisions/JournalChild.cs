using System.Globalization;
using YiMaTong.Decode.Decisions;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests.Decisions;

/// <summary>
/// The process that fault tests kill or starve: "--journal write FOLDER MODE" records for ever and prints what is
/// acknowledged; "--journal fill FOLDER COUNT" records as fast as it can against a disk that refuses, then waits for
/// room; "--journal read FOLDER COUNT" says what is there, and whether it is the numbers up to at least COUNT.
/// </summary>
internal static class JournalChild
{
    private const string Switch = "--journal";

    public static bool IsMeant(string[] args) => args.Length == 4 && args[0] == Switch;

    /// <summary>Command line of the child, for a shell.</summary>
    public static IEnumerable<string> CommandLine(string command, string folder, string argument) =>
        ["dotnet", "exec", typeof(JournalChild).Assembly.Location, Switch, command, folder, argument];

    public static async Task<int> Run(string[] args)
    {
        if (args[1] == "write")
        {
            await Write(args[2], Enum.Parse<DecisionMode>(args[3]));
        }
        else if (args[1] == "read")
        {
            var numbers = TestJournal.ReadBack(args[2]).Select(TestJournal.NumberOf).ToList();
            var least = long.Parse(args[3], CultureInfo.InvariantCulture);
            var whole = numbers.Count >= least && numbers.SequenceEqual(
                Enumerable.Range(1, numbers.Count).Select(number => (long)number));
            Console.WriteLine($"{numbers.Count} found, {(whole ? "whole" : "NOT whole")}");
        }
        else
        {
            await Fill(args[2], int.Parse(args[3], CultureInfo.InvariantCulture));
        }

        return 0;
    }

    private static async Task Write(string folder, DecisionMode mode)
    {
        using var journal = TestJournal.Open(folder, options =>
        {
            options.Mode = mode;
            options.CommitWaitMs = 10_000;
            options.WhenFull = DecisionPolicy.Refuse;
        });
        for (var number = 1L; ; number++)
        {
            if (!journal.Record(TestJournal.Entry(number)))
            {
                number--;
                await Task.Yield();
                continue;
            }

            if (number % 7 == 0 && await journal.Settled(CancellationToken.None))
            {
                Console.WriteLine($"ack {number} {Environment.TickCount64}");
            }

            if (number % 50 == 0)
            {
                await Task.Delay(1);
            }
        }
    }

    private static async Task Fill(string folder, int count)
    {
        using var journal = TestJournal.Open(folder, options => options.RingCapacity = 1024);
        for (var number = 1L; number <= count; number++)
        {
            journal.Record(TestJournal.Entry(number));
            if (number % 2_000 == 0)
            {
                // The writer is to meet the disk between bursts.
                await Task.Delay(1);
            }
        }

        await AwaitUntil.Holds(
            () => journal.Trouble == JournalTrouble.DiskRefuses, TimeSpan.FromSeconds(10), "the disk refuses");
        Console.WriteLine($"full lost={journal.Lost}");
        await AwaitUntil.Holds(
            () => journal.Trouble == JournalTrouble.None, TimeSpan.FromSeconds(20), "the disk takes again");
        Console.WriteLine($"again lost={journal.Lost}");
    }
}
