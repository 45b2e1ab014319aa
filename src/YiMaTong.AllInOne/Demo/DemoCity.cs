using Grpc.Core;
using Grpc.Net.Client;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Issuing.V1;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.AllInOne.Demo;

/// <summary>
/// The demonstration city, seeded through the same interfaces that operators and citizens use. Seeding again changes
/// nothing, so a start that was cut off is finished by the next.
/// </summary>
internal sealed class DemoCity : IDisposable
{
    private const int Parallel = 4;

    private readonly GrpcChannel _channel;
    private readonly Metadata _operator;

    private DemoCity(GrpcChannel channel, string operatorToken, DemoKeys keys)
    {
        _channel = channel;
        _operator = new Metadata { { "authorization", $"Bearer {operatorToken}" } };
        Keys = keys;
    }

    /// <summary>The demonstration merchants' secrets.</summary>
    public DemoKeys Keys { get; }

    /// <summary>A channel to the services.</summary>
    public GrpcChannel Channel => _channel;

    /// <summary>The operators' credential.</summary>
    public Metadata Operator => _operator;

    /// <summary>Opens the city and seeds what is missing.</summary>
    /// <exception cref="StartupException">The services refused a part of the plan.</exception>
    public static async Task<DemoCity> OpenAsync(
        DataFolder folder, Uri issuing, int citizens, TimeProvider time, TextWriter output, CancellationToken stop)
    {
        var keys = await DemoKeys.LoadAsync(folder.DemoKeys, stop);
        var token = (await File.ReadAllTextAsync(folder.OperatorToken, stop)).Trim();
        var city = new DemoCity(
            GrpcChannel.ForAddress(
                issuing, new GrpcChannelOptions { ThrowOperationCanceledOnCancellation = true }),
            token, keys);
        if (!keys.Seeded)
        {
            var started = time.GetTimestamp();
            await city.SeedAsync(folder, citizens, stop);
            var seconds = time.GetElapsedTime(started).TotalSeconds;
            var seeded = FormattableString.Invariant($"seeded {citizens:N0} synthetic citizens");
            await output.WriteLineAsync(FormattableString.Invariant(
                $"{seeded}, 11 scenes, 9 tags, 2 apps, 3 merchants in {seconds:F1} s"));
        }

        return city;
    }

    public void Dispose() => _channel.Dispose();

    private async Task SeedAsync(DataFolder folder, int citizens, CancellationToken stop)
    {
        var channels = new ChannelService.ChannelServiceClient(_channel);
        foreach (var channel in CityPlan.Channels())
        {
            var answer = await channels.PutChannelAsync(
                new PutChannelRequest { Channel = channel }, _operator, cancellationToken: stop);
            Accept(answer.Code, answer.Msg, channel.AppId);
        }

        var tags = new TagService.TagServiceClient(_channel);
        foreach (var definition in CityPlan.Tags())
        {
            var answer = await tags.PutTagAsync(
                new PutTagRequest { Definition = definition }, _operator, cancellationToken: stop);
            Accept(answer.Code, answer.Msg, definition.Key);
        }

        var scenes = new SceneService.SceneServiceClient(_channel);
        foreach (var scene in CityPlan.Scenes())
        {
            var answer = await scenes.PutSceneAsync(
                new PutSceneRequest { Scene = scene }, _operator, cancellationToken: stop);
            Accept(answer.Code, answer.Msg, scene.SceneId);
        }

        await PutMerchantAsync(Keys.Bus, "示范公交", CityPlan.BusScene, reasons: true, folder, stop);
        await PutMerchantAsync(Keys.Park, "示范公园", CityPlan.ParkScene, reasons: true, folder, stop);
        await PutMerchantAsync(Keys.Museum, "示范博物院", CityPlan.MuseumScene, reasons: false, folder, stop);
        await System.Threading.Tasks.Parallel.ForEachAsync(
            Enumerable.Range(0, citizens),
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = stop },
            (index, cancellation) => PutCitizenAsync(SyntheticPerson.Number(index), cancellation));
        Keys.Seeded = true;
        await Keys.SaveAsync(folder.DemoKeys);
    }

    private async Task PutMerchantAsync(
        DemoMerchantKeys keys, string name, string scene, bool reasons, DataFolder folder, CancellationToken stop)
    {
        var merchants = new MerchantService.MerchantServiceClient(_channel);
        var compatible = keys.SignatureProfile == "SHA256withRSA";
        var merchant = new Merchant
        {
            MerchantId = keys.MerchantId,
            Name = name,
            SceneId = scene,
            SignatureProfile = compatible ? SignatureProfile.Sha256WithRsa : SignatureProfile.RsaPssSha256,
            ResponseCipher = compatible ? ResponseCipher.Aes256Cbc : ResponseCipher.Aes256Gcm,
            PublicKeyPem = keys.PublicKeyPem(),
            ReasonDetail = reasons,
        };
        var answer = await merchants.PutMerchantAsync(
            new PutMerchantRequest { Merchant = merchant }, _operator, cancellationToken: stop);
        Accept(answer.Code, answer.Msg, keys.MerchantId);
        if (answer.Response.ResponseKeyBase64.Length > 0)
        {
            (keys.ResponseKeyId, keys.ResponseKeyBase64) =
                (answer.Response.ResponseKeyId, answer.Response.ResponseKeyBase64);
            await Keys.SaveAsync(folder.DemoKeys);
        }

        var device = new Device { MacId = keys.MacId, MerchantId = keys.MerchantId, Place = name };
        var placed = await merchants.PutDeviceAsync(
            new PutDeviceRequest { Device = device }, _operator, cancellationToken: stop);
        Accept(placed.Code, placed.Msg, keys.MacId);
    }

    private async ValueTask PutCitizenAsync(SyntheticPerson person, CancellationToken stop)
    {
        var registry = new CitizenRegistryService.CitizenRegistryServiceClient(_channel);
        var put = await registry.PutCitizenAsync(
            new PutCitizenRequest
            {
                IdNumber = person.IdNumber,
                Name = person.Name,
                Phone = person.Phone,
                RealNameVerified = true,
                Attributes = person.Attributes,
            },
            _operator,
            cancellationToken: stop);
        Accept(put.Code, put.Msg, "a citizen");
        var citizens = new CitizenService.CitizenServiceClient(_channel);
        var session = await citizens.AuthenticateAsync(
            new AuthenticateRequest { IdNumber = person.IdNumber, Name = person.Name, Phone = person.Phone },
            cancellationToken: stop);
        Accept(session.Code, session.Msg, "a citizen's session");
        var claim = await citizens.ClaimCodeAsync(
            new ClaimCodeRequest(), Session(session.Response.SessionToken), cancellationToken: stop);
        Accept(claim.Code, claim.Msg, "a citizen's claim");
    }

    /// <summary>The header of a citizen's session.</summary>
    public static Metadata Session(string token) => new() { { "authorization", $"Bearer {token}" } };

    private static void Accept(string code, string message, string what)
    {
        if (code != PyCodes.Success.Code)
        {
            throw new StartupException($"Seeding the demonstration failed at {what}: {code} {message}");
        }
    }
}
