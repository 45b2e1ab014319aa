using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Codes.Emergency.Trust;

namespace YiMaTong.Issuing.Emergency;

/// <summary>A key that has just been made.</summary>
internal sealed record NewSigner(IEmergencySigner Signer, EmergencyPublicKey PublicKey);

/// <summary>
/// Where private keys live: in files, or in a module that keeps them to itself. No call waits for a disk but
/// <see cref="Open"/>, which the start alone makes. Thread-safe.
/// </summary>
internal interface ISignerStore
{
    /// <summary>Makes a key. It signs at once, and outlives this process once the disk has it.</summary>
    /// <exception cref="IOException">It cannot be made; never thrown for files.</exception>
    NewSigner Create();

    /// <summary>Opens a key; null where it is not there.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    IEmergencySigner? Open(EmergencyKeyId id);

    /// <summary>Destroys a key; one that is not there stays so.</summary>
    /// <exception cref="IOException">It cannot be destroyed; never thrown for files.</exception>
    void Destroy(EmergencyKeyId id);
}
