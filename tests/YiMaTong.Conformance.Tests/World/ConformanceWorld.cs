using System.Security.Cryptography;
using YiMaTong.Conformance.Tests.Crypto;
using YiMaTong.Conformance.Tests.Target;
using YiMaTong.Conformance.Tests.Wire;
using YiMaTong.Testing;

namespace YiMaTong.Conformance.Tests.World;

/// <summary>
/// What this run has registered, under names of its own, so that a run disturbs neither another run nor the citizens of
/// the system under test. Thread-safe.
/// </summary>
internal sealed class ConformanceWorld
{
    /// <summary>Time within which a change reaches gates.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan SetUpLimit = TimeSpan.FromSeconds(10);

    private int _names;

    private ConformanceWorld(Api api, string operatorToken, DemoCredentials demo, bool isFresh)
    {
        Api = api;
        Operator = new(api, operatorToken);
        Demo = demo;
        IsFresh = isFresh;
    }

    public Api Api { get; }

    public Operator Operator { get; }

    public DemoCredentials Demo { get; }

    /// <summary>Whether the target was started for this run, so that its one-time credentials are unspent.</summary>
    public bool IsFresh { get; }

    public string Run { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    /// <summary>An app of the platform's own that needs no position.</summary>
    public TestApp PlatformApp { get; private set; } = null!;

    /// <summary>A channel that needs a position.</summary>
    public TestApp Channel { get; private set; } = null!;

    /// <summary>A gate of a scene that takes a code as often as it is shown, entitled to reasons. RSA-PSS.</summary>
    public Gate Reusable { get; private set; } = null!;

    /// <summary>A gate of a scene that takes a code once, entitled to reasons. PKCS#1.</summary>
    public Gate Once { get; private set; } = null!;

    /// <summary>Another device of the same merchant.</summary>
    public Gate OnceNextDoor { get; private set; } = null!;

    /// <summary>A gate of a reusable scene whose merchant may not tell refusals apart.</summary>
    public Gate Discreet { get; private set; } = null!;

    public static async Task<ConformanceWorld> Create(Api api, string operatorToken, DemoCredentials demo, bool isFresh)
    {
        var world = new ConformanceWorld(api, operatorToken, demo, isFresh);
        Console.WriteLine($"conformance run: {world.Run}");
        world.PlatformApp = await world.Operator.PutChannel(world.Name("app"), "PLATFORM", positionRequired: false);
        world.Channel = await world.Operator.PutChannel(world.Name("channel"));
        var reusable = await world.Scene();
        world.Reusable = await world.Merchant(reusable);
        world.Discreet = await world.Merchant(reusable, detail: false);
        world.Once = await world.Merchant(await world.Scene(singleUse: true), SignatureProfile.Sha256WithRsa);
        world.OnceNextDoor = await world.Device(world.Once);
        return world;
    }

    /// <summary>A name that nothing else of this run has.</summary>
    public string Name(string what) => $"conf-{Run}-{what}-{Interlocked.Increment(ref _names)}";

    public async Task<string> Scene(
        bool singleUse = false,
        string kind = "a",
        string[]? fields = null,
        uint[]? tagNumbers = null,
        string rule = "",
        string[]? types = null)
    {
        var id = Name("scene");
        await Operator.PutScene(id, singleUse, kind, fields, tagNumbers, rule, types);
        return id;
    }

    /// <summary>Registers a merchant and one device, and waits until gates know both.</summary>
    public async Task<Gate> Merchant(
        string scene,
        SignatureProfile profile = SignatureProfile.RsaPssSha256,
        ResponseCipher cipher = ResponseCipher.Aes256Gcm,
        bool detail = true)
    {
        var id = Name("merchant");
        var key = profile == SignatureProfile.RsaPssSha256 ? Keys.Pss : Keys.Pkcs1;
        var accepted = await Operator.Put($"/api/v1/platform/merchants/{id}", Operator.Merchant(
            scene,
            key,
            profile == SignatureProfile.RsaPssSha256 ? "RSA_PSS_SHA256" : "SHA256_WITH_RSA",
            cipher == ResponseCipher.Aes256Gcm ? "AES_256_GCM" : "AES_256_CBC",
            detail));
        var gate = new Gate(
            Api,
            id,
            "",
            key,
            profile,
            cipher,
            accepted.Response.GetProperty("responseKeyId").GetInt32(),
            Convert.FromBase64String(accepted["responseKeyBase64"]));
        return await Device(gate);
    }

    /// <summary>Registers another device of the gate's merchant and waits until gates know it.</summary>
    public async Task<Gate> Device(Gate gate)
    {
        var device = gate with { MacId = Name("device") };
        await Operator.PutDevice(device.MacId, gate.MerchantId);
        await AwaitUntil.Satisfies(
            () => device.Decode("NOT A CODE"),
            answer => answer.Code is not ("PY2001" or "PY2005" or "PY2018"),
            SetUpLimit,
            $"device {device.MacId} known to decode",
            TimeSpan.FromMilliseconds(50));
        return device;
    }

    /// <summary>A citizen who is real-name authenticated and no more.</summary>
    public async Task<TestCitizen> Stranger(string name = "张三", string? idNumber = null)
    {
        var number = idNumber ?? ResidentNumber.Next();
        var answer = await Api.Post(
            "/api/v1/citizen/sessions", new { idType = "01", idNumber = number, name, phone = "10000000000" });
        return new(Api, number, name, Envelope.Is(answer, "PY0000")["sessionToken"]);
    }

    /// <summary>A citizen who has claimed the code and signed in at the platform's app, known to decode.</summary>
    public async Task<(TestCitizen Citizen, Tokens Tokens)> Citizen(
        string name = "张三", string? idNumber = null, string[]? fields = null, string[]? sceneKinds = null)
    {
        var citizen = await Stranger(name, idNumber);
        await citizen.Claim(fields, sceneKinds);
        var tokens = await citizen.SignIn(PlatformApp);
        var code = await citizen.Mint(tokens);
        await AwaitUntil.Satisfies(
            () => Reusable.Decode(code),
            answer => answer.Code is "PY0000" or "PY2016",
            SetUpLimit,
            "the citizen known to decode",
            TimeSpan.FromMilliseconds(50));
        return (citizen, tokens);
    }
}
