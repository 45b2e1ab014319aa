using System.Text.Json.Nodes;
using YiMaTong.AllInOne.Demo;
using YiMaTong.Testing;

namespace YiMaTong.AllInOne.Tests;

/// <summary>The demonstration as a newcomer starts it: a process of its own, its output, its files.</summary>
public sealed class DemonstrationTests(SeededFolder seeded)
{
    private static readonly string[] MerchantFields =
        ["macId", "merchantId", "merchantPrivateKeyPem", "responseKeyBase64", "responseKeyId", "signatureProfile"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Once_EmptyFolder_WalksInOrderToReadyWithinAMinute()
    {
        string[] steps =
        [
            "seeded 1,000 synthetic citizens", " 1. real-name authentication",
            " 2. authorise two apps", " 3. mint and draw",
            " 4. read the picture with OpenCV", " 5. open a gate's session", " 6. decode over gRPC",
            "    permit *三 [退役军人, E类人才]", " 7. the same scan again", " 8. decode by B.4",
            "    permit [退役军人, E类人才]", "ready",
        ];
        var lines = seeded.Output.Split(Environment.NewLine);
        var places = steps.Select(
            step => Array.FindIndex(lines, line => line.StartsWith(step, StringComparison.Ordinal))).ToArray();

        Assert.Equal(0, seeded.ExitCode);
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
        Assert.True(seeded.Elapsed < TimeSpan.FromSeconds(60), $"took {seeded.Elapsed}");
    }

    [Fact]
    public void Once_DemoJson_HasTheDocumentedFieldsForItsOwnerOnly()
    {
        var path = Path.Combine(seeded.Path, "demo.json");
        var file = ReadDemo(seeded.Path);

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path));
        Assert.Equal(
            [
                "accessToken", "appId", "authorizationCode", "channelAccessToken", "compatibleMerchant",
                "emergencyRootPublicKeyPem", "macId", "merchantId", "merchantPrivateKeyPem", "region",
                "responseKeyBase64", "responseKeyId", "reusableScene", "signatureProfile",
            ],
            file.Select(field => field.Key).Order(StringComparer.Ordinal));
        foreach (var merchant in new[] { file["reusableScene"]!.AsObject(), file["compatibleMerchant"]!.AsObject() })
        {
            Assert.Equal(MerchantFields, merchant.Select(field => field.Key).Order(StringComparer.Ordinal));
        }

        Assert.Equal("SHA256withRSA", (string?)file["compatibleMerchant"]!["signatureProfile"]);
        Assert.All(Secrets(file), secret => Assert.NotEmpty(secret));
    }

    [Fact]
    public async Task Once_SecondRun_KeepsTheCityAndDrawsTokensAnew()
    {
        using var folder = new TempDirectory();
        var copy = seeded.CopyTo(folder);

        var (exitCode, output) = await Product.RunAsync(copy, ["--once"]);

        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("seeded", output, StringComparison.Ordinal);
        var (before, after) = (ReadDemo(seeded.Path), ReadDemo(copy));
        Assert.Equal((string?)before["merchantId"], (string?)after["merchantId"]);
        Assert.Equal((string?)before["merchantPrivateKeyPem"], (string?)after["merchantPrivateKeyPem"]);
        foreach (var token in new[] { "accessToken", "channelAccessToken", "authorizationCode" })
        {
            Assert.NotEqual((string?)before[token], (string?)after[token]);
        }
    }

    [Fact]
    public async Task Once_WithoutDemoKeys_WalksWithNewMerchants()
    {
        using var folder = new TempDirectory();
        var copy = seeded.CopyTo(folder);
        File.Delete(Path.Combine(copy, "demo-keys.json"));

        var (exitCode, output) = await Product.RunAsync(copy, ["--once"]);

        Assert.True(exitCode == 0, output);
        Assert.NotEqual((string?)ReadDemo(seeded.Path)["merchantId"], (string?)ReadDemo(copy)["merchantId"]);
    }

    [Fact]
    public async Task Seeding_KilledInTheMiddle_IsFinishedByTheNextStart()
    {
        using var folder = new TempDirectory();
        var data = folder.Combine("data");
        await using (var first = Product.Start(data, ["--once"]))
        {
            // The keys are written after the merchants, when the citizens' turn begins.
            await AwaitUntil.Holds(
                () => File.Exists(Path.Combine(data, "demo-keys.json")), Product.Limit, "the merchants", Cancel);
            first.Kill();
        }

        var (exitCode, output) = await Product.RunAsync(data, ["--once"]);

        Assert.True(exitCode == 0, output);
        Assert.Contains("seeded 1,000", output, StringComparison.Ordinal);
        Assert.Contains("ready", output.Split(Environment.NewLine));
    }

    [Fact]
    public async Task Terminate_WhileServing_EndsWithZero()
    {
        using var folder = new TempDirectory();
        await using var process = Product.Start(seeded.CopyTo(folder));
        await process.WaitForLine(line => line == "ready", Product.Limit, Cancel);

        await Product.TerminateAsync(process);

        Assert.Equal(0, await process.WaitForExit(TimeSpan.FromSeconds(20), Cancel));
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminate_WhileSeeding_EndsWithZeroAndWithoutATrace()
    {
        using var folder = new TempDirectory();
        await using var process = Product.Start(folder.Combine("data"));
        await process.WaitForLine(line => line.StartsWith("REST ", StringComparison.Ordinal), Product.Limit, Cancel);

        await Product.TerminateAsync(process);

        Assert.Equal(0, await process.WaitForExit(TimeSpan.FromSeconds(20), Cancel));
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Output_AtDebug_HoldsNoPersonalDatumTokenOrKey()
    {
        var people = Enumerable.Range(0, CityPlan.Citizens).Select(SyntheticPerson.Number)
            .SelectMany(person => new[] { person.IdNumber, person.Phone, person.Name });
        var files = new[] { "operator.token", "feed.token", "seal.key", "oauth.key" }
            .Select(name => File.ReadAllText(Path.Combine(seeded.Path, name)).Trim());
        var secrets = people.Concat(files).Concat(Secrets(ReadDemo(seeded.Path))).Distinct().ToList();

        // The run did log at Debug: without that the test would prove nothing.
        Assert.Contains("dbug: ", seeded.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(secrets, secret => seeded.Output.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain("/oauth2/authorize?", seeded.Output, StringComparison.Ordinal);
    }

    private static JsonObject ReadDemo(string folder) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "demo.json")))!.AsObject();

    // The body of a key in one line, as a log would hold a part of it.
    private static IEnumerable<string> Secrets(JsonObject file)
    {
        foreach (var (name, value) in file)
        {
            if (value is JsonObject merchant)
            {
                foreach (var secret in Secrets(merchant))
                {
                    yield return secret;
                }
            }
            else if (name is "accessToken" or "channelAccessToken" or "authorizationCode" or "responseKeyBase64")
            {
                yield return (string)value!;
            }
            else if (name is "merchantPrivateKeyPem")
            {
                yield return ((string)value!).Split('\n')[5];
            }
        }
    }
}
