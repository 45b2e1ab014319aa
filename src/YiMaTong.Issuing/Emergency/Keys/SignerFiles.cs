using System.Security.Cryptography;
using System.Text;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Emergency;

/// <summary>Private keys as PEM files (PKCS#8) that only their owner may read. Thread-safe.</summary>
internal sealed class SignerFiles(EmergencyFolder folder, EmergencyDisk disk) : ISignerStore
{
    /// <inheritdoc />
    public NewSigner Create()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signer = new EcdsaSigner(key);
        disk.Write(PathOf(signer.KeyId), Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        return new NewSigner(signer, signer.PublicKey);
    }

    /// <inheritdoc />
    public IEmergencySigner? Open(EmergencyKeyId id)
    {
        var path = PathOf(id);
        return File.Exists(path) && Read(path) is { } signer && signer.KeyId == id ? signer : null;
    }

    /// <inheritdoc />
    public void Destroy(EmergencyKeyId id) => disk.Delete(PathOf(id));

    /// <summary>Reads the root key, or makes it where that is allowed.</summary>
    /// <exception cref="StorageUnavailableException">It is missing or no such key.</exception>
    public static EcdsaSigner ReadRoot(string path, bool createMissing)
    {
        const string Setting = $"{EmergencyOptions.Section}:{nameof(EmergencyOptions.RootKeyFile)}";
        try
        {
            if (createMissing && !File.Exists(path))
            {
                using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                EmergencyFolder.Write(path, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
            }

            return Read(path)
                ?? throw new StorageUnavailableException(
                    $"{Setting}: {path} does not hold a P-256 private key as PEM.");
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StorageUnavailableException(
                $"{Setting}: {path} does not exist. Create it (openssl genpkey -algorithm EC "
                + "-pkeyopt ec_paramgen_curve:P-256), or set Issuing:CreateMissingKeys for a demonstration.",
                failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException($"{Setting}: {path} cannot be read or written.", failure);
        }
    }

    private string PathOf(EmergencyKeyId id) => folder.Combine($"signer-{id}.key");

    private static EcdsaSigner? Read(string path)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            return new EcdsaSigner(key);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            // The platform tells what is no such key by an exception alone.
            key.Dispose();
            return null;
        }
    }
}
