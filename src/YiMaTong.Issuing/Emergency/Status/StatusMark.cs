using System.Text.Json;
using System.Text.Json.Serialization;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// How far the status lists have followed the database. Immutable. Its JSON form is the content of status.json and
/// frozen.
/// </summary>
/// <param name="Epoch">Epoch of the feed: another one tells that the database was restored.</param>
/// <param name="Revision">Revision of the feed up to which revocations are in the lists.</param>
/// <param name="Sealed">Lists from before a restore, and the second until which they give no places.</param>
internal sealed record StatusMark(byte[] Epoch, long Revision, Dictionary<byte, uint> Sealed)
{
    private const string Name = "status.json";

    /// <summary>Reads the mark; null where there is none that can be read.</summary>
    public static StatusMark? Read(EmergencyFolder folder)
    {
        try
        {
            var path = folder.Combine(Name);
            return File.Exists(path)
                ? JsonSerializer.Deserialize(File.ReadAllBytes(path), StatusMarkJson.Default.StatusMark)
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            // Without a mark everything is looked at anew, which takes longer and is as right.
            return null;
        }
    }

    /// <summary>Has the mark written.</summary>
    public void Write(EmergencyFolder folder, EmergencyDisk disk) => disk.Write(
        folder.Combine(Name), JsonSerializer.SerializeToUtf8Bytes(this, StatusMarkJson.Default.StatusMark));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StatusMark))]
internal sealed partial class StatusMarkJson : JsonSerializerContext;
