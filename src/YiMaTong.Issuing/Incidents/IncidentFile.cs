using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Storage;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Incidents;

/// <summary>
/// incidents.json beside the database: what is published outlives a restart even where the database takes nothing.
/// Written whole to a second file, synced and renamed over the first, so a crash leaves the old or the new one. One
/// writer at a time.
/// </summary>
/// <param name="options">Says where the database is.</param>
/// <param name="sync">Brings the folder's names to the disk; null for the ordinary way.</param>
internal sealed class IncidentFile(IOptions<IssuingOptions> options, SyncFolder? sync = null)
{
    public const string Name = "incidents.json";

    // 200 incidents of 1,000 Chinese characters each stay far below it.
    private const long MaxBytes = 16 * 1024 * 1024;

    private readonly string _path = Path.Combine(
        Path.GetDirectoryName(Path.GetFullPath(options.Value.Database)) ?? ".", Name);

    /// <summary>Reads what was kept; nothing where there is no file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="JsonException">It holds something else.</exception>
    public IReadOnlyList<Incident> Read()
    {
        if (!File.Exists(_path))
        {
            return [];
        }

        using var stream = File.OpenRead(_path);
        return stream.Length <= MaxBytes
            ? JsonSerializer.Deserialize(stream, IncidentJson.Default.IncidentArray) ?? []
            : throw new JsonException("The file is too long.");
    }

    /// <summary>Writes the file anew, for as long as the disk takes.</summary>
    /// <exception cref="IOException">The disk refuses it; the old file stands, or the new one for now.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory refuses it; the old file stands.</exception>
    public void Write(IEnumerable<Incident> incidents)
    {
        var draft = _path + ".new";
        File.Delete(draft);
        using (var stream = KeyFiles.OpenNew(draft))
        {
            JsonSerializer.Serialize(stream, [.. incidents], IncidentJson.Default.IncidentArray);
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, _path, overwrite: true);
        (sync ?? DurableFolder.Sync)(Path.GetDirectoryName(_path)!);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(Incident[]))]
internal sealed partial class IncidentJson : JsonSerializerContext;
