using YiMaTong.AllInOne.Demo;
using YiMaTong.AllInOne.Walk;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Gate;
using YiMaTong.Gate.Offline;

namespace YiMaTong.AllInOne.Drill;

/// <summary>Who takes part: a park with one gate in and one out, and citizens with their phones.</summary>
internal sealed class DrillCast : IDisposable
{
    /// <summary>Annex A's letter for parks.</summary>
    public const string SceneKind = "c";

    private const int Citizens = 12;
    private const string ExitMacId = "-exit";

    private readonly DataFolder _folder;
    private readonly DrillServices _services;
    private readonly TimeProvider _time;
    private readonly RestClient _rest;
    private readonly string _root;
    private readonly List<Phone> _phones = [];

    private DrillCast(
        DataFolder folder, DrillServices services, DemoCity city, RestClient rest, string root, TimeProvider time) =>
        (_folder, _services, City, _rest, _root, _time) = (folder, services, city, rest, root, time);

    public DemoCity City { get; }

    /// <summary>Citizens who come.</summary>
    public IReadOnlyList<Phone> Arriving => _phones[..(Citizens / 2)];

    /// <summary>Citizens who go.</summary>
    public IReadOnlyList<Phone> Leaving => _phones[(Citizens / 2)..];

    /// <summary>Seeds the city and gets everybody ready.</summary>
    /// <exception cref="WalkFailedException">A service refused.</exception>
    public static async Task<DrillCast> GatherAsync(
        DataFolder folder, DrillServices services, TimeProvider time, TextWriter output, CancellationToken stop)
    {
        var city = await DemoCity.OpenAsync(folder, services.IssuingGrpc, Citizens, time, output, stop);
        var park = city.Keys.Park;
        var exit = await new MerchantService.MerchantServiceClient(city.Channel).PutDeviceAsync(
            new PutDeviceRequest
            {
                Device = new Device { MacId = park.MacId + ExitMacId, MerchantId = park.MerchantId, Place = "出口" },
            },
            city.Operator,
            cancellationToken: stop);
        WalkFailedException.Expect(exit.Code, exit.Msg, "PutDevice");
        using var http = new HttpClient { BaseAddress = services.IssuingRest };
        var cast = new DrillCast(
            folder, services, city, new RestClient(services.IssuingRest),
            await http.GetStringAsync("/api/v1/emergency/root", stop), time);
        var app = new CitizenApp(city.Channel, cast._rest);
        for (var i = 0; i < Citizens; i++)
        {
            cast._phones.Add(await Phone.ReadyAsync(app, city.Channel, SyntheticPerson.Number(i), time, stop));
        }

        await output.WriteLineAsync($"{Citizens} citizens hold an online and an emergency code");
        return cast;
    }

    /// <summary>Opens the gate in.</summary>
    public Gatekeeper OpenEntry() => Open(City.Keys.Park.MacId, Direction.Entry);

    /// <summary>Opens the gate out.</summary>
    public Gatekeeper OpenExit() => Open(City.Keys.Park.MacId + ExitMacId, Direction.Exit);

    /// <inheritdoc />
    public void Dispose()
    {
        _phones.ForEach(phone => phone.Dispose());
        _rest.Dispose();
        City.Dispose();
    }

    private Gatekeeper Open(string macId, Direction direction)
    {
        var park = City.Keys.Park;
        var online = new GateOptions
        {
            Nodes = { _services.DecodeGrpc },
            MerchantId = park.MerchantId,
            MacId = macId,
            Profile = Codes.Signing.SignatureProfile.RsaPssSha256,
            PrivateKeyPem = park.PrivateKeyPem,
            DeadlineMs = 1_000,
        };
        var offline = new OfflineOptions
        {
            DataFolder = Path.Combine(_folder.Root, $"gate-{direction}"),
            Region = CityPlan.Region,
            SceneKind = SceneKind,
            Direction = direction,
            RootKeysPem = { _root },
            Issuing = { _services.IssuingGrpc },
            // The shortest that a gate takes, and one clock for all: a drill need not wait for half a minute.
            CutOffSeconds = 5,
            SkewSeconds = 2,
            ProbeSeconds = 1,
        };
        return Gatekeeper.Open(online, offline, _time);
    }
}
