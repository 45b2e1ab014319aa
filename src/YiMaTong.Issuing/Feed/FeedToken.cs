using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Microsoft.Extensions.Options;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Feed;

/// <summary>
/// The token that decode nodes show. Read once, at start, so that a missing file ends the start and not the first call.
/// Thread-safe.
/// </summary>
internal sealed class FeedToken : IHostedService
{
    private const string Setting = $"{IssuingOptions.Section}:FeedTokenFile";
    private const string Scheme = "Bearer ";
    private const int LengthMin = 32, LengthMax = 512;

    private readonly byte[] _hash;

    /// <summary>Reads the token.</summary>
    /// <exception cref="StorageUnavailableException">The file is missing, or its token too short or too
    /// long.</exception>
    public FeedToken(IOptions<IssuingOptions> options)
    {
        var path = options.Value.FeedTokenFile;
        var token = KeyFiles.ReadText(Setting, path, options.Value.CreateMissingKeys);
        if (token.Length is < LengthMin or > LengthMax)
        {
            throw new StorageUnavailableException(
                $"{Setting}: {path} must hold a token of {LengthMin} to {LengthMax} characters, not {token.Length}.");
        }

        _hash = Hash(token);
    }

    /// <summary>Lets the call pass that shows the token.</summary>
    /// <exception cref="RpcException">UNAUTHENTICATED.</exception>
    public void Demand(ServerCallContext call)
    {
        var shown = call.RequestHeaders.GetValue("authorization");
        if (shown is null || !shown.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || !CryptographicOperations.FixedTimeEquals(_hash, Hash(shown.AsSpan(Scheme.Length))))
        {
            throw new RpcException(new Status(StatusCode.Unauthenticated, "The feed's token is missing or wrong."));
        }
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Hashes have one length, whatever is shown: comparing them tells nothing of the token's.
    private static byte[] Hash(ReadOnlySpan<char> token)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(token)];
        Encoding.UTF8.GetBytes(token, bytes);
        return SHA256.HashData(bytes);
    }
}
