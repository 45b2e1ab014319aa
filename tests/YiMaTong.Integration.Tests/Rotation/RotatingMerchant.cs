using System.Security.Cryptography;
using Grpc.Core;
using YiMaTong.Codes.Signing;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Gate;
using YiMaTong.Gate.Offline;
using YiMaTong.Integration.Tests.Target;
using YiMaTong.Testing;
using SignatureProfile = YiMaTong.Contracts.Platform.V1.SignatureProfile;

namespace YiMaTong.Integration.Tests.Rotation;

/// <summary>
/// A merchant that changes its keys as docs/operations.md says, while its gates go on: the new public key is registered
/// beside the old one before anything is signed with it, the next response key is held before answers come under it.
/// For one caller at a time, but for <see cref="Enter"/> and <see cref="ResponseKey"/>.
/// </summary>
internal sealed class RotatingMerchant : IAsyncDisposable
{
    private const int KeyBits = 2048;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TwoServices _services;
    private readonly Crowd _crowd;
    private readonly Metadata _operator;
    private readonly string _rootPem;
    private readonly MerchantService.MerchantServiceClient _registry;
    private readonly Merchant _registration;
    private readonly string[] _macIds;
    private readonly ResponseSealer?[] _responseKeys = new ResponseSealer?[256];
    private readonly TempDirectory _data = new("yimatong-rotation-");
    private readonly HttpClient _http = new();
    private GateKeyring? _gates;
    private int _generation;

    private RotatingMerchant(
        TwoServices services, Crowd crowd, Metadata operators, string rootPem, Merchant registration, string[] macIds)
    {
        (_services, _crowd, _operator, _rootPem) = (services, crowd, operators, rootPem);
        _registry = new(services.Issuing);
        (_registration, _macIds) = (registration, macIds);
    }

    public string Id => _registration.MerchantId;

    /// <summary>Takes over a merchant that the city registered, with keys of its own.</summary>
    public static async Task<RotatingMerchant> TakeOverAsync(
        TwoServices services, Crowd crowd, Metadata operators, Target.Gate[] gates)
    {
        var rootPem = await services.Rest.GetStringAsync("/api/v1/emergency/root", Stop);
        var listed = await new MerchantService.MerchantServiceClient(services.Issuing).ListMerchantsAsync(
            new ListMerchantsRequest(), operators, cancellationToken: Stop);
        var registration = listed.Response.Single(merchant => merchant.MerchantId == gates[0].MerchantId);
        registration.SignatureProfile = SignatureProfile.Sha256WithRsa;
        var merchant = new RotatingMerchant(
            services, crowd, operators, rootPem, registration, [.. gates.Select(gate => gate.MacId)]);
        var key = NewKey();
        registration.PublicKeyPem = key.PublicPem;
        await merchant.PutAsync();
        await merchant.ChangeResponseKeyAsync();
        merchant._gates = merchant.Open(key);
        await merchant.ReadyAsync(merchant._gates, before: null);
        return merchant;
    }

    /// <summary>The gates of now, kept until left.</summary>
    public GateKeyring Enter()
    {
        while (true)
        {
            var gates = Volatile.Read(ref _gates)!;
            gates.Enter();
            if (gates == Volatile.Read(ref _gates))
            {
                return gates;
            }

            gates.Leave();
        }
    }

    /// <summary>The response key of a number, where the merchant holds it.</summary>
    public ResponseSealer? ResponseKey(byte number) => Volatile.Read(ref _responseKeys[number]);

    public string MacId(long number) => _macIds[number % _macIds.Length];

    /// <summary>Changes the key that requests are signed with.</summary>
    public async Task ChangeSigningKeyAsync()
    {
        var (old, key) = (_gates!, NewKey());
        _registration.NextPublicKeyPem = key.PublicPem;
        var revision = await PutAsync();
        await AwaitUntil.Satisfies(
            () => old.Gates[0].ScanAsync(_crowd.Code(0), cancellation: Stop),
            answer => answer.Online?.DataRevision >= revision,
            Limit,
            "the node has the new key",
            cancellationToken: Stop);
        var gates = Open(key);
        await ReadyAsync(gates, old);
        Volatile.Write(ref _gates, gates);

        await AwaitUntil.Holds(() => old.Users == 0, Limit, "nobody signs with the old key", Stop);
        await old.DisposeAsync();
        (_registration.PublicKeyPem, _registration.NextPublicKeyPem) = (key.PublicPem, "");
        await PutAsync();
    }

    /// <summary>Changes the key that answers are sealed under.</summary>
    public async Task ChangeResponseKeyAsync()
    {
        var made = await _registry.MakeResponseKeyAsync(
            new MakeResponseKeyRequest { MerchantId = Id }, _operator, cancellationToken: Stop);
        Assert.Equal("PY0000", made.Code);
        var number = (byte)made.Response.ResponseKeyId;
        var key = new ResponseSealer(
            Codes.Signing.ResponseCipher.Aes256Gcm, number, Convert.FromBase64String(made.Response.ResponseKeyBase64));
        Volatile.Write(ref _responseKeys[number], key);
        var used = await _registry.UseResponseKeyAsync(
            new UseResponseKeyRequest { MerchantId = Id, ResponseKeyId = number }, _operator, cancellationToken: Stop);
        Assert.Equal("PY0000", used.Code);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_gates is not null)
        {
            await _gates.DisposeAsync();
        }

        _http.Dispose();
        _data.Dispose();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private async Task<ulong> PutAsync()
    {
        var put = await _registry.PutMerchantAsync(
            new PutMerchantRequest { Merchant = _registration }, _operator, cancellationToken: Stop);
        Assert.Equal("PY0000", put.Code);
        return put.Response.Revision;
    }

    // A gate that is set up anew starts from the folder of the one before the last, which is closed by then.
    private GateKeyring Open(SigningKey key)
    {
        _generation++;
        return new GateKeyring(
            key.Signer, [.. _macIds.Select(macId => Open(key, macId))], _services.DecodeRest, _http);
    }

    private Gatekeeper Open(SigningKey key, string macId)
    {
        var options = new GateOptions
        {
            MerchantId = Id,
            MacId = macId,
            Profile = Codes.Signing.SignatureProfile.Sha256WithRsa,
            PrivateKeyPem = key.PrivatePem,
            DeadlineMs = 10_000,
            Nodes = { _services.Nodes[0] },
        };
        var offline = new OfflineOptions
        {
            DataFolder = _data.Combine($"{macId}-{_generation % 2}"),
            Region = "330106",
            SceneKind = "a",
            Direction = Direction.Entry,
            RootKeysPem = { _rootPem },
            Issuing = { _services.IssuingAddress },
            DurableJournal = false,
        };

        // Within one second showings of one phone are one showing; here they are many passages.
        offline.Entry.HolderBoundOnce = false;
        return Gatekeeper.Open(options, offline, TimeProvider.System);
    }

    private async Task ReadyAsync(GateKeyring gates, GateKeyring? before)
    {
        var keySet = before?.Gates.Max(gate => gate.Status().KeySetRevision) ?? 1;
        foreach (var gate in gates.Gates)
        {
            await AwaitUntil.Satisfies(
                async () => (
                    (await gate.ScanAsync(_crowd.Code(0), cancellation: Stop)).Code,
                    gate.Status() is { IsDeclared: true, HearsIssuing: true } now && now.KeySetRevision >= keySet),
                ready => ready is ("PY0000", true),
                Limit,
                "the gate is ready",
                cancellationToken: Stop);
        }
    }

    private static SigningKey NewKey()
    {
        using var key = RSA.Create(KeyBits);
        var pem = key.ExportPkcs8PrivateKeyPem();
        Assert.True(
            RequestSigner.TryCreate(Codes.Signing.SignatureProfile.Sha256WithRsa, pem, out var signer, out var error),
            error);
        return new SigningKey(pem, signer);
    }

    private sealed record SigningKey(string PrivatePem, RequestSigner Signer)
    {
        public string PublicPem => Signer.ExportPublicKeyPem();
    }
}
