using System.Diagnostics;
using Microsoft.Data.Sqlite;
using YiMaTong.Integration.Tests.Target;

namespace YiMaTong.Integration.Tests.Figures;

/// <summary>
/// The start of issuing with a week's emergency codes in its database: 1,000,000 rows, one in a hundred revoked. It is
/// ready within 5 s more than with none; 5,000,000 rows with YIMATONG_LONG=1, of which the time is only shown.
/// </summary>
public sealed class IssuingStartTests(ITestOutputHelper output)
{
    private const int PlacesPerList = 700_000;
    private const int Citizens = 10_000;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("YIMATONG_LONG") == "1";
    private static readonly int Rows = IsLong ? 5_000_000 : 1_000_000;
    private static readonly TimeSpan Goal = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Start_WithAWeekOfEmergencyCodes_IsReadySoon()
    {
        await using var services = new TwoServices();
        await services.StartIssuingAsync();
        var city = new City(services.Rest, services.Issuing, services.OperatorToken);
        await city.PutAppAsync();
        await city.PutHolderAsync();
        await services.KillIssuingAsync();
        var (empty, emptyMemory) = await StartAsync(services);
        await services.KillIssuingAsync();
        await FillAsync(services.Database);

        var (full, memory) = await StartAsync(services);

        output.WriteLine(
            $"issuing ready with {Rows:N0} emergency codes after {full.TotalMilliseconds:0} ms, {memory:0} MB at most; "
            + $"with none {empty.TotalMilliseconds:0} ms, {emptyMemory:0} MB");
        Assert.Equal((Rows, Rows / 100), await CountAsync(services));
        Assert.True(IsLong || full - empty <= Goal, $"{full} with {Rows:N0} codes, {empty} with none");
    }

    private static async Task<(TimeSpan Ready, double Memory)> StartAsync(TwoServices services)
    {
        var started = Stopwatch.GetTimestamp();
        await services.StartIssuingAsync();
        return (Stopwatch.GetElapsedTime(started), ProcessMemory.Most(services.IssuingId));
    }

    private static async Task<(long Given, long Revoked)> CountAsync(TwoServices services)
    {
        var metrics = await services.IssuingMetricsAsync();
        return (Read("yimatong_emergency_places"), Read("yimatong_emergency_revoked"));

        long Read(string name) => (long)double.Parse(
            metrics.Split('\n').Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ')[1],
            System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task FillAsync(string database)
    {
        await using var connection = new SqliteConnection($"Data Source={database};Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $$"""
            WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {{Citizens}})
            INSERT INTO citizen (handle, id_type, id_number_hash, id_number_sealed, name_sealed, phone_sealed,
                real_name_verified, state, attributes, rule_tags, hand_tags, valid_from, revision)
            SELECT n, id_type, CAST(n AS BLOB), id_number_sealed, name_sealed, phone_sealed,
                real_name_verified, state, attributes, rule_tags, hand_tags, valid_from, revision
            FROM number, (SELECT * FROM citizen LIMIT 1);

            WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < {{Rows - 1}})
            INSERT INTO emergency_code
                (citizen_id, form, status_list, status_index, scene_kinds, issued_at, expires_at, revoked_at)
            SELECT (SELECT MAX(id) FROM citizen) - n % {{Citizens}}, 1, n / {{PlacesPerList}},
                (n % {{PlacesPerList}}) * 7 % {{PlacesPerList + 1}}, 1, $now - n % 604800 * 1000,
                $now + 86400000 - n % 604800 * 1000, CASE n % 100 WHEN 0 THEN $now END
            FROM number;
            """;
        command.Parameters.AddWithValue("$now", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
