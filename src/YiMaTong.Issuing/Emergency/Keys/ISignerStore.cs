using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Codes.Emergency.Trust;

namespace YiMaTong.Issuing.Emergency;

/// <summary>A key that has just been made.</summary>
internal sealed record NewSigner(IEmergencySigner Signer, EmergencyPublicKey PublicKey);

/// <summary>Where private keys live: in files, or in a module that keeps them to itself. Thread-safe.</summary>
internal interface ISignerStore
{
    /// <summary>Makes a key that outlives this process.</summary>
    /// <exception cref="IOException">It cannot be kept.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be kept.</exception>
    NewSigner Create();

    /// <summary>Opens a key; null where it is not there.</summary>
    IEmergencySigner? Open(EmergencyKeyId id);

    /// <summary>Destroys a key; one that is not there stays so.</summary>
    /// <exception cref="IOException">It cannot be destroyed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be destroyed.</exception>
    void Destroy(EmergencyKeyId id);
}
