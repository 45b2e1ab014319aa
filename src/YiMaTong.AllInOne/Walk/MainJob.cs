using System.Text.Json.Nodes;
using YiMaTong.AllInOne.Demo;
using YiMaTong.AllInOne.Qr;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.AllInOne.Walk;

/// <summary>The main job once, with real parts: authorise, mint, picture, read, decode over gRPC and by B.4.</summary>
internal sealed class MainJob(DemoCity city, BoundAddresses addresses, TimeProvider time, TextWriter output)
{
    private const string ChannelScope = "qrcode tags user_name id_card offline_access";

    private readonly StepPrinter _steps = new(time, output);

    /// <summary>Walks.</summary>
    /// <exception cref="WalkFailedException">A step did not come out as it must.</exception>
    public async Task<DemoTokens> RunAsync(CancellationToken stop)
    {
        using var rest = new RestClient(addresses.Rest);
        var person = SyntheticPerson.Number(0);
        var app = new CitizenApp(city.Channel, rest);
        var session = await _steps.DoAsync("real-name authentication (7.1.1)", () => app.SignInAsync(person, stop));
        var tokens = await _steps.DoAsync("authorise two apps (B.5)", () => AuthoriseAsync(app, rest, session, stop));
        var shown = await _steps.DoAsync("mint and draw (B.1)", () => app.ShowAsync(tokens.AccessToken, stop));
        var code = await ReadBackAsync(shown, stop);
        using var bus = new Gate(city.Keys.Bus, addresses.Grpc, time);
        await DecodeOverGrpcAsync(bus, code, stop);
        // A code admits once at the bus; the second way of decoding takes a second code.
        var second = (string)(await app.ShowAsync(tokens.AccessToken, stop))["qrcode"]!;
        var answer =
            await _steps.DoAsync("decode by B.4, signed and sealed", () => bus.DecodeAsync(rest, second, stop));
        _steps.Note($"{answer["decision"]} {Texts(answer["tags"]!.AsArray().Select(tag => (string)tag!["text"]!))}");
        return tokens;
    }

    private static async Task<DemoTokens> AuthoriseAsync(
        CitizenApp app, RestClient rest, string session, CancellationToken stop)
    {
        await app.ConsentAsync(session, CityPlan.PlatformApp, CitizenApp.PlatformScope, stop);
        await app.ConsentAsync(session, CityPlan.ChannelApp, ChannelScope, stop);
        return new DemoTokens(
            await app.TokenAsync(session, CityPlan.PlatformApp, CitizenApp.PlatformScope, stop),
            await app.TokenAsync(session, CityPlan.ChannelApp, ChannelScope, stop),
            await rest.AuthorizeAsync(
                session, CityPlan.PlatformApp, CityPlan.RedirectUri, CitizenApp.PlatformScope, stop));
    }

    private async Task<string> ReadBackAsync(JsonNode shown, CancellationToken stop)
    {
        var minted = (string)shown["qrcode"]!;
        IQrReader?[] installed = [OpenCvQrReader.TryCreate(), ZbarQrReader.TryCreate()];
        var readers = installed.OfType<IQrReader>().ToList();
        if (readers.Count == 0)
        {
            _steps.Note("! the picture was NOT read back: OpenCV needs GTK 3 here "
                + "(Debian: apt-get install libgtk-3-0), or install zbarimg (zbar-tools)");
            return minted;
        }

        var png = Convert.FromBase64String((string)shown["qrcodeBase64"]!);
        foreach (var reader in readers)
        {
            var read = await _steps.DoAsync($"read the picture with {reader.Name}", () => reader.ReadAsync(png, stop));
            if (read == minted)
            {
                return read;
            }

            // OpenCV misreads a picture now and then that others read right: it is said, and the next decides.
            _steps.Note($"! {reader.Name} read another text than was minted");
        }

        throw new WalkFailedException("no reader read the text that was minted");
    }

    private async Task DecodeOverGrpcAsync(Gate gate, string code, CancellationToken stop)
    {
        await _steps.DoAsync("open a gate's session (gRPC)", () => OpenAsync(gate, stop));
        var request = new DecodeRequest
        {
            Qrcode = code,
            ScanId = "walk-1",
            Fields = { DecodeField.Tags, DecodeField.ConcealName },
        };
        var answer = await _steps.DoAsync("decode over gRPC", () => ScanAsync(gate, request, stop));
        _steps.Note($"permit {answer.ConcealName} {Texts(answer.Tags.Select(tag => tag.Text))}");
        var again = await _steps.DoAsync(
            "the same scan again: the same answer", () => ScanAsync(gate, request, stop));
        if (again.DecisionId != answer.DecisionId)
        {
            throw new WalkFailedException("a repeated scan got another decision");
        }
    }

    private static async Task<DecodeResponse> ScanAsync(Gate gate, DecodeRequest request, CancellationToken stop)
    {
        var answer = await gate.Online.ScanAsync(request, stop);
        WalkFailedException.Expect(
            answer.Response?.Code ?? "nothing", answer.Response?.Msg ?? answer.Failure ?? "", "decode over gRPC");
        return answer.Response!;
    }

    // A node is ready once it holds everything that the feed had; the walk comes right after seeding.
    private async Task<string> OpenAsync(Gate gate, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var said = await gate.Online.OpenAsync(stop);
            if (said is not ("PY1998" or "PY2018" or "PY2001" or "PY2005")
                || time.GetElapsedTime(started).TotalSeconds > 10)
            {
                WalkFailedException.Expect(said, "", "OpenSession");
                return said;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), time, stop);
        }
    }

    private static string Texts(IEnumerable<string> texts) => $"[{string.Join(", ", texts)}]";
}
