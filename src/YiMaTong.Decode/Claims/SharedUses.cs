using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using YiMaTong.Decode.Decisions;
using YiMaTong.Decode.Engine;

namespace YiMaTong.Decode.Claims;

/// <summary>
/// What the nodes of a place agree on: who used a code of single use, and which signed requests were seen. Thread-safe.
/// </summary>
internal sealed class SharedUses : IDisposable
{
    private readonly SharedStore? _store;
    private readonly SharedOptions _options;
    private readonly byte[] _run;
    private readonly TimeSpan _codeLife;
    private readonly TimeSpan _requestLife;
    private readonly long _graceMs;
    private long _asked;
    private long _lost;
    private long _unanswered;

    /// <summary>Connects where the settings name a store.</summary>
    public SharedUses(
        IOptions<SharedOptions> options, IOptions<DecodeOptions> decode, IOptions<DecisionOptions> decisions,
        TimeProvider time, ILogger<SharedStore> logger)
    {
        _options = options.Value;
        _store = _options.Redis.Length == 0 ? null : new(_options, time, logger);
        _run = [.. RandomNumberGenerator.GetBytes(16), .. Encoding.UTF8.GetBytes(decisions.Value.NodeId)];
        _codeLife = TimeSpan.FromSeconds(decode.Value.SingleUseLifeSeconds);
        _requestLife = TimeSpan.FromSeconds(2 * decode.Value.RequestWindowSeconds);
        _graceMs = 1_000L * decode.Value.SameDeviceGraceSeconds;
    }

    /// <summary>Whether nodes share anything.</summary>
    public bool Enabled => _store is not null;

    /// <summary>Whether the store does not answer.</summary>
    public bool Away => _store is { Away: true };

    /// <summary>What is decided then.</summary>
    public AwayPolicy WhenAway => _options.WhenAway;

    /// <summary>Claims asked for, since the start.</summary>
    public long Asked => Interlocked.Read(ref _asked);

    /// <summary>Claims that another had, since the start.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Claims that the store did not answer, since the start.</summary>
    public long Unanswered => Interlocked.Read(ref _unanswered);

    /// <summary>What a scan has that was not claimed.</summary>
    public SharedClaim None => new(Enabled ? SharedVerdict.Unasked : SharedVerdict.Off);

    /// <summary>Claims a code for a scan that is let in otherwise.</summary>
    public Task<SharedClaim> ClaimCode(in CodeUse use, ReadOnlySpan<byte> scanId, UInt128 decision)
    {
        Span<byte> writer = stackalloc byte[_run.Length + sizeof(long)];
        _run.CopyTo(writer);
        BinaryPrimitives.WriteInt64LittleEndian(writer[_run.Length..], Interlocked.Increment(ref _asked));
        return ClaimCode(use, SharedScan.Write(use, scanId, decision, writer), decision);
    }

    /// <summary>
    /// Hears that nobody was told a yes for a code that this node claimed: its device may come again, to any node.
    /// Best effort: otherwise other nodes hold it to its grace.
    /// </summary>
    public void GiveBack(in CodeUse use) => _ = _store is null ? Task.CompletedTask : GiveBack(_store, use);

    /// <summary>Claims a signed request whose signature is right.</summary>
    /// <param name="kind">What asks: one letter.</param>
    /// <param name="request">Digest of the request.</param>
    public async Task<SharedVerdict> ClaimRequest(char kind, UInt128 request)
    {
        // This run's own claim is one whose answer came too late: its memory says whether the request was answered.
        var held = await Ask(RequestKey(kind, request), _run, _requestLife);
        return held is null ? WithoutStore
            : held.AsSpan().SequenceEqual(_run) ? SharedVerdict.Won
            : Losing(SharedVerdict.Lost);
    }

    /// <summary>Gives a request up that was not answered after all.</summary>
    public void ReleaseRequest(char kind, UInt128 request) => _store?.Release(RequestKey(kind, request), _run);

    /// <inheritdoc />
    public void Dispose() => _store?.Dispose();

    private SharedVerdict WithoutStore => WhenAway == AwayPolicy.Refuse ? SharedVerdict.Away : SharedVerdict.Won;

    private async Task<SharedClaim> ClaimCode(CodeUse use, byte[] value, UInt128 decision)
    {
        var key = CodeKey(use.Nonce);
        var held = await _store!.Claim(key, value, _codeLife);
        var claim = held is null ? new(WithoutStore, decision)
            : ReferenceEquals(held, value) ? new(SharedVerdict.Won, decision)
            : await Repeat(key, held, value, use);
        Interlocked.Add(ref _unanswered, held is null ? 1 : 0);
        _ = Losing(claim.Verdict);
        return claim;
    }

    /// <summary>
    /// Takes over a claim that is the caller's. The exchange is what tells the node that has it, should it be about to
    /// give the code back, that somebody is let in after all; of the two exactly one succeeds.
    /// </summary>
    private async Task<SharedClaim> Repeat(string key, byte[] held, byte[] value, CodeUse use)
    {
        var claim = SharedScan.Read(held, value, use, _run, _graceMs);
        return claim.Verdict != SharedVerdict.Won ? claim
            : await _store!.TryExchange(key, held, value, _codeLife) switch
            {
                true => claim,
                false => new(SharedVerdict.Away),
                null => new(WithoutStore, claim.DecisionId),
            };
    }

    private async Task GiveBack(SharedStore store, CodeUse use)
    {
        var key = CodeKey(use.Nonce);
        if (await store.Read(key) is { } held && SharedScan.IsOf(held, _run))
        {
            _ = await store.TryExchange(key, held, SharedScan.Waiting(held, use), _codeLife);
        }
    }

    private async ValueTask<byte[]?> Ask(string key, byte[] value, TimeSpan life)
    {
        Interlocked.Increment(ref _asked);
        var held = await _store!.Claim(key, value, life);
        if (held is null)
        {
            Interlocked.Increment(ref _unanswered);
        }

        return held;
    }

    private SharedVerdict Losing(SharedVerdict verdict)
    {
        if (verdict == SharedVerdict.Lost)
        {
            Interlocked.Increment(ref _lost);
        }

        return verdict;
    }

    private string CodeKey(UInt128 nonce) => $"{_options.Prefix}:c:{SharedScan.KeyOf(nonce)}";

    // The digest of a request is of signed content, which is guessable in parts: hashed once more it is of no use.
    private string RequestKey(char kind, UInt128 request) =>
        string.Create(CultureInfo.InvariantCulture, $"{_options.Prefix}:{kind}:{SharedScan.KeyOf(request)}");
}
