using Grpc.Core;
using YiMaTong.AllInOne.Demo;
using YiMaTong.AllInOne.Walk;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Contracts.Emergency.V1;

namespace YiMaTong.AllInOne.Drill;

/// <summary>
/// A citizen's phone: it fetches a fresh online code where it can, shows the last one while that lives, and holds an
/// emergency code that it fetched ahead. Used by one gate at a time.
/// </summary>
internal sealed class Phone : IDisposable
{
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly CitizenApp _app;
    private readonly string _accessToken;
    private readonly EcdsaSigner _key;
    private readonly byte[] _token;
    private readonly TimeProvider _time;
    private string? _code;
    private long _mintedAt;

    private Phone(CitizenApp app, string accessToken, EcdsaSigner key, byte[] token, TimeProvider time) =>
        (_app, _accessToken, _key, _token, _time) = (app, accessToken, key, token, time);

    /// <summary>Signs a citizen in and fetches what the phone must hold ahead.</summary>
    /// <exception cref="WalkFailedException">A service refused.</exception>
    public static async Task<Phone> ReadyAsync(
        CitizenApp app, ChannelBase issuing, SyntheticPerson person, TimeProvider time, CancellationToken stop)
    {
        var session = await app.SignInAsync(person, stop);
        await app.ConsentAsync(session, CityPlan.PlatformApp, CitizenApp.PlatformScope, stop);
        var accessToken = await app.TokenAsync(session, CityPlan.PlatformApp, CitizenApp.PlatformScope, stop);
        var key = EcdsaSigner.Create();
        var answer = await new EmergencyCodeService.EmergencyCodeServiceClient(issuing).IssueEmergencyCodeAsync(
            new IssueEmergencyCodeRequest
            {
                AccessToken = accessToken,
                Form = EmergencyCodeForm.HolderBound,
                HolderKey = Convert.ToBase64String(key.CompressedPublicKey),
            },
            cancellationToken: stop);
        WalkFailedException.Expect(answer.Code, answer.Msg, "IssueEmergencyCode");
        var phone = new Phone(app, accessToken, key, Convert.FromBase64String(answer.Response.Token), time);
        _ = await phone.OnlineCodeAsync(stop);
        return phone;
    }

    /// <summary>The online code to show; null where none is at hand that lives.</summary>
    public async Task<string?> OnlineCodeAsync(CancellationToken stop)
    {
        var age = _time.GetElapsedTime(_mintedAt);
        if (_code is null || age > RefreshAfter)
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
                limit.CancelAfter(Patience);
                var mintedAt = _time.GetTimestamp();
                _code = (string)(await _app.ShowAsync(_accessToken, limit.Token))["qrcode"]!;
                (_mintedAt, age) = (mintedAt, TimeSpan.Zero);
            }
            catch (Exception failure) when (
                failure is HttpRequestException or WalkFailedException or OperationCanceledException
                && !stop.IsCancellationRequested)
            {
                // What is at hand is shown for as long as it lives.
            }
        }

        return age < Life ? _code : null;
    }

    /// <summary>The emergency code, signed for this moment.</summary>
    public string EmergencyCode() =>
        HolderProof.Show(_token, _key, (uint)_time.GetUtcNow().ToUnixTimeSeconds());

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();
}
