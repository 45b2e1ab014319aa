using System.Collections.Frozen;
using Google.Protobuf;
using YiMaTong.Contracts.Common.V1;
using YiMaTong.Contracts.Decode.V1;
using Wire = YiMaTong.Contracts.Feed.V1;

namespace YiMaTong.Decode.Registry;

/// <summary>The catalogue of tags at one revision. Immutable: a change makes another catalogue.</summary>
internal sealed class Catalogue
{
    /// <summary>Most tags that there can be: one per bit.</summary>
    public const int MaxTags = 64;

    private readonly Tag?[] _tags = new Tag?[MaxTags];
    private readonly byte[][] _encoded = new byte[MaxTags][];

    private Catalogue(IEnumerable<KeyValuePair<int, (ulong Revision, Wire.TagRecord Record)>> tags)
    {
        Array.Fill(_encoded, []);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (number, (revision, record)) in tags)
        {
            Revision = Math.Max(Revision, revision);
            numbers[record.Key] = number;
            _tags[number - 1] = record.Tag;
            _encoded[number - 1] = new DecodeResponse { Tags = { record.Tag } }.ToByteArray();
            ActiveTags |= record.Active ? 1UL << (number - 1) : 0;
        }

        Numbers = numbers.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>A catalogue without tags.</summary>
    public static Catalogue Empty { get; } = new([]);

    /// <summary>Revision of the newest change of any tag.</summary>
    public ulong Revision { get; }

    /// <summary>Tag n is in use where bit n-1 is set.</summary>
    public ulong ActiveTags { get; }

    /// <summary>
    /// Number of each tag key, for rules. Tags out of use keep theirs, so that rules go on compiling.
    /// </summary>
    public FrozenDictionary<string, int> Numbers { get; }

    /// <summary>Makes a catalogue of records by number.</summary>
    public static Catalogue Of(IEnumerable<KeyValuePair<int, (ulong Revision, Wire.TagRecord Record)>> tags) =>
        new(tags);

    /// <summary>
    /// The tag of a number from 1 to 64; null where there is none. The instance is shared by every answer: read it
    /// only.
    /// </summary>
    public Tag? this[int number] => _tags[number - 1];

    /// <summary>
    /// The tag of a number from 1 to 64 as an answer to a gate has it, its field's tag and length included; empty where
    /// there is none.
    /// </summary>
    public ReadOnlySpan<byte> Encoded(int number) => _encoded[number - 1];

    /// <summary>Whether rules see the same keys under the same numbers.</summary>
    public bool SameNumbers(Catalogue other) =>
        Numbers.Count == other.Numbers.Count
        && Numbers.All(pair => other.Numbers.TryGetValue(pair.Key, out var number) && number == pair.Value);
}
