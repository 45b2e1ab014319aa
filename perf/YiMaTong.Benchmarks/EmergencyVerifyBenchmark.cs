using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Codes.Emergency.Trust;

namespace YiMaTong.Benchmarks;

/// <summary>
/// Verifying an emergency code beside its two raw P-256 verifications (goal P12), text, CBOR, policy and status list
/// included. A holder's key is another one in each code, so a gate must import it each time, and the platform's import
/// costs more than a verification: the second baseline has it. Every benchmark throws on a wrong answer.
/// </summary>
[MemoryDiagnoser]
public class EmergencyVerifyBenchmark : IDisposable
{
    private const uint Now = 1_800_000_000;
    private static readonly RegionCode _region = new(330100);

    private readonly byte[] _hash = SHA256.HashData("what a showing signs"u8);
    private readonly byte[] _issuerSignature = new byte[64];
    private readonly byte[] _holderSignature = new byte[64];
    private ECDsa _issuerKey = null!;
    private ECDsa _holderKey = null!;
    private ECParameters _holder;
    private EmergencyVerifier _verifier = null!;
    private string _static = null!;
    private string _shown = null!;

    [GlobalSetup]
    public void Setup()
    {
        using var root = EcdsaSigner.Create();
        using var issuer = EcdsaSigner.Create();
        using var holder = EcdsaSigner.Create();
        EmergencyKey[] entries = [new(issuer.PublicKey, Now - 60, Now + 86_400, EmergencyKeyUses.All)];
        var grant = new EmergencyGrant(_region, Now, Now + 3600, 5, 0x7FF, 1, 4711);
        var lists = StatusLists.Write(new StatusList(1, 1, Now, 8000, new byte[1000]), issuer);
        Right(EmergencyKeySet.Empty.Accept(
            EmergencyKeySet.Write(1, Now, entries, root), [root.PublicKey], out var keys) == DocumentStatus.Accepted);
        Right(StatusLists.Empty.Accept(lists, keys, out var held) == DocumentStatus.Accepted);
        _verifier = new EmergencyVerifier(keys, held, new EmergencyPolicy { Region = _region });
        var codes = new EmergencyIssuer(issuer, new EmergencyLimits { StaticTags = 5 });
        _static = codes.IssueStatic(grant);
        _shown = HolderProof.Show(codes.IssueHolderBound(grant, holder.CompressedPublicKey), holder, Now);

        issuer.SignHash(_hash, _issuerSignature);
        holder.SignHash(_hash, _holderSignature);
        _holder = Parameters(holder.PublicKey);
        _issuerKey = ECDsa.Create(Parameters(issuer.PublicKey));
        _holderKey = ECDsa.Create(_holder);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _issuerKey.Dispose();
        _holderKey.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true, Description = "floor: two raw verifications, keys at hand")]
    public bool TwoVerifications() =>
        Right(_issuerKey.VerifyHash(_hash, _issuerSignature) && _holderKey.VerifyHash(_hash, _holderSignature));

    [Benchmark(Description = "floor: the same, holder's key imported")]
    public bool TwoVerificationsAndImport()
    {
        using var holder = ECDsa.Create(_holder);
        return Right(_issuerKey.VerifyHash(_hash, _issuerSignature) && holder.VerifyHash(_hash, _holderSignature));
    }

    [Benchmark(Description = "holder-bound code")]
    public bool Shown() => Right(_verifier.Verify(_shown, Now, 2, out _) == EmergencyStatus.Valid);

    [Benchmark(Description = "static code")]
    public bool Static() => Right(_verifier.Verify(_static, Now, 2, out _) == EmergencyStatus.Valid);

    private static ECParameters Parameters(EmergencyPublicKey key) => new()
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = key.X.ToArray(), Y = key.Y.ToArray() },
    };

    private static bool Right(bool answer) => answer ? true : throw new InvalidOperationException("Wrong answer.");
}
