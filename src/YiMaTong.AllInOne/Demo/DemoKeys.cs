using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.AllInOne.Demo;

/// <summary>A demonstration merchant's own secrets, kept beside the database as a merchant would keep them.</summary>
internal sealed class DemoMerchantKeys
{
    public required string MerchantId { get; set; }

    public required string MacId { get; set; }

    public required string SignatureProfile { get; set; }

    public required string PrivateKeyPem { get; set; }

    /// <summary>Number of the response key; 0 until the merchant is registered.</summary>
    public uint ResponseKeyId { get; set; }

    public string ResponseKeyBase64 { get; set; } = "";

    public string PublicKeyPem()
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(PrivateKeyPem);
        return rsa.ExportSubjectPublicKeyInfoPem();
    }
}

/// <summary>What the demonstration must remember between starts: a response key is shown only once.</summary>
internal sealed class DemoKeys
{
    /// <summary>Gates of a bus: one code admits once.</summary>
    public required DemoMerchantKeys Bus { get; set; }

    /// <summary>A park whose scene takes one code any number of times, for load tools.</summary>
    public required DemoMerchantKeys Park { get; set; }

    /// <summary>A museum with an existing Java client: SHA256withRSA, AES-CBC, no detailed reasons.</summary>
    public required DemoMerchantKeys Museum { get; set; }

    /// <summary>Whether the whole city has been seeded.</summary>
    public bool Seeded { get; set; }

    /// <summary>Reads what an earlier start left, or draws new keys.</summary>
    public static async Task<DemoKeys> LoadAsync(string path, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            return Draw();
        }

        try
        {
            await using var stream = File.OpenRead(path);
            return await JsonSerializer.DeserializeAsync(stream, DemoJsonContext.Default.DemoKeys, cancellation)
                ?? throw new JsonException();
        }
        catch (JsonException damaged)
        {
            throw new StartupException($"{path} is damaged. Remove it to have new demonstration keys.", damaged);
        }
    }

    public Task SaveAsync(string path) =>
        DataFolder.WriteSecretAsync(path, JsonSerializer.SerializeToUtf8Bytes(this, DemoJsonContext.Default.DemoKeys));

    private static DemoKeys Draw()
    {
        // Without the key file the old merchants' response keys are lost, so new merchants take their place.
        var mark = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3));
        return new DemoKeys
        {
            Bus = Merchant($"demo-bus-{mark}", "RSA-PSS-SHA256", 3072),
            Park = Merchant($"demo-park-{mark}", "RSA-PSS-SHA256", 3072),
            Museum = Merchant($"demo-museum-{mark}", "SHA256withRSA", 2048),
        };
    }

    private static DemoMerchantKeys Merchant(string id, string profile, int bits)
    {
        using var rsa = RSA.Create(bits);
        return new DemoMerchantKeys
        {
            MerchantId = id,
            MacId = id + "-gate-1",
            SignatureProfile = profile,
            PrivateKeyPem = rsa.ExportPkcs8PrivateKeyPem(),
        };
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DemoKeys))]
[JsonSerializable(typeof(DemoFile))]
internal sealed partial class DemoJsonContext : JsonSerializerContext;
