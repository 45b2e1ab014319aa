using System.Security.Cryptography;
using System.Text.Json;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Signing;

namespace YiMaTong.Perf;

/// <summary>
/// A synthetic city that feed simulator, peers and generator agree on without asking each other: a citizen is a
/// function of an index, so ten million of them take no file. Keys are drawn anew for each city. Immutable.
/// </summary>
public sealed class City
{
    /// <summary>The merchant of every gate.</summary>
    public const string MerchantId = "perf-bus";

    /// <summary>The scene: reusable, so that a code may be scanned again.</summary>
    public const string SceneId = "perf-k7";

    /// <summary>Number of gates.</summary>
    public const int Devices = 64;

    /// <summary>Number of tags in the catalogue.</summary>
    public const int Tags = 11;

    /// <summary>Number of the response key.</summary>
    public const byte ResponseKeyId = 1;

    /// <summary>Number of the code key.</summary>
    public const byte CodeKeyId = 1;

    /// <summary>Citizens at the start of the index that probes change and background changes leave alone.</summary>
    public const int ProbeSubjects = 16;

    private const int LifeSeconds = 1_275;

    private readonly Keys _keys;
    private readonly CodeKey _codeKey;

    private City(int subjects, Keys keys)
    {
        Subjects = subjects;
        _keys = keys;
        _codeKey = new CodeKey(CodeKeyId, keys.CodeKey);
    }

    /// <summary>Number of citizens; indices from this on are nobody's.</summary>
    public int Subjects { get; }

    /// <summary>Token of the feed.</summary>
    public string FeedToken => _keys.FeedToken;

    /// <summary>The merchant's private key.</summary>
    public string MerchantPrivateKeyPem => _keys.MerchantPrivateKeyPem;

    /// <summary>Key of B.4's responses, 32 bytes.</summary>
    public byte[] ResponseKey => _keys.ResponseKey;

    /// <summary>Key of online codes, 32 bytes.</summary>
    public byte[] CodeKeyBytes => _keys.CodeKey;

    /// <summary>Draws a city's keys.</summary>
    /// <param name="subjects">Number of citizens, more than <see cref="ProbeSubjects"/>.</param>
    public static City Create(int subjects)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(subjects, ProbeSubjects);
        using var rsa = RSA.Create(2048);
        return new City(subjects, new Keys(
            subjects,
            RandomNumberGenerator.GetBytes(CodeKey.KeyLength),
            RandomNumberGenerator.GetBytes(ResponseSealer.KeyLength),
            Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            rsa.ExportPkcs8PrivateKeyPem()));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static City Load(string file)
    {
        var keys = JsonSerializer.Deserialize<Keys>(File.ReadAllBytes(file))
            ?? throw new InvalidDataException($"{file} holds no city");
        return new City(keys.Subjects, keys);
    }

    /// <summary>Writes the keys, readable by the owner alone.</summary>
    public void Save(string file)
    {
        File.Delete(file);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = File.Open(file, options);
        JsonSerializer.Serialize(stream, _keys);
    }

    /// <summary>Name of a gate.</summary>
    public static string Device(int number) => $"gate-{number:D3}";

    /// <summary>Handle of a citizen. No two indices share one, and none has 0.</summary>
    public static ulong Handle(int index) => Mix((ulong)index + 1);

    /// <summary>Tags of a citizen: three of eleven, so that every answer is of one length.</summary>
    public static ulong TagsOf(int index) => 0b1011UL << (index & 7);

    /// <summary>Mints a citizen's code, good for 1,275 seconds.</summary>
    /// <param name="index">Index of the citizen; from <see cref="Subjects"/> on it is nobody's.</param>
    /// <param name="issuedAt">Second of the Unix epoch.</param>
    /// <param name="text">Room for <see cref="OnlineCode.Length"/> characters.</param>
    public void Mint(int index, uint issuedAt, Span<char> text) => OnlineCode.Mint(
        _codeKey, new CodePayload(Handle(index), CodeType.PublicTransport, 1, 0, LifeSeconds), issuedAt, text);

    /// <summary>The ring that opens the city's codes.</summary>
    public CodeKeyRing Ring() => CodeKeyRing.Empty.With(_codeKey);

    /// <summary>The finaliser of SplitMix64: a bijection that maps only 0 to 0.</summary>
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }

    private sealed record Keys(
        int Subjects, byte[] CodeKey, byte[] ResponseKey, string FeedToken, string MerchantPrivateKeyPem);
}
