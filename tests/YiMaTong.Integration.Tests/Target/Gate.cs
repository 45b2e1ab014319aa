using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests.Target;

/// <summary>A device of a merchant that signs by RSA-PSS, as its own software would.</summary>
internal sealed record Gate(string MerchantId, string MacId, RSA Key)
{
    private static readonly TimeSpan RegistrationLimit = TimeSpan.FromSeconds(10);

    /// <summary>Opens a session, as soon as the node knows the gate.</summary>
    public async Task<ByteString> OpenAsync(DecodeService.DecodeServiceClient decode)
    {
        var answer = await AwaitUntil.Satisfies(
            async () => await decode.OpenSessionAsync(
                Request(), cancellationToken: TestContext.Current.CancellationToken),
            answer => answer.Code is not ("PY2001" or "PY2005" or "PY2018"),
            RegistrationLimit,
            $"the node knows {MacId}",
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("PY0000", answer.Code);
        return answer.Session;
    }

    private OpenSessionRequest Request()
    {
        var time = DateTimeOffset.UtcNow.ToOffset(TimeSpan.FromHours(8))
            .ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        var text = Encoding.UTF8.GetBytes($"macId={MacId}&merchantId={MerchantId}&time={time}");
        return new OpenSessionRequest
        {
            MerchantId = MerchantId,
            MacId = MacId,
            Time = time,
            Sign = Convert.ToBase64String(Key.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)),
        };
    }
}
