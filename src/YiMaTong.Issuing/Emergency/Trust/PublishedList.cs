using System.Collections.Concurrent;
using System.Collections.Immutable;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Codes.Emergency.Trust;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// A status list as it is published, and the deltas that lead to it, each made once, when it is first asked for:
/// ten thousand watchers ask at the same moment. Immutable but for that. Thread-safe.
/// </summary>
/// <param name="current">The list.</param>
/// <param name="document">It, signed.</param>
/// <param name="older">Revisions before it, newest first.</param>
/// <param name="signer">Signs deltas; null where none are made.</param>
internal sealed class PublishedList(
    StatusList current, byte[] document, ImmutableArray<StatusList> older, IEmergencySigner? signer)
{
    private readonly ConcurrentDictionary<uint, Lazy<byte[]>> _deltas = new();

    public StatusList Current => current;

    public byte[] Document => document;

    public ImmutableArray<StatusList> Older => older;

    /// <summary>What leads from a revision to the current one; null where it is the current one or a later.</summary>
    /// <param name="held">The revision held; 0 for none.</param>
    public byte[]? Since(uint held)
    {
        if (held >= current.Revision)
        {
            return null;
        }

        return signer is not null && older.FirstOrDefault(list => list.Revision == held) is { } from
            ? _deltas.GetOrAdd(held, _ => new(() => Shorter(StatusLists.WriteDelta(from, current, signer)))).Value
            : document;
    }

    private byte[] Shorter(byte[] delta) => delta.Length < document.Length ? delta : document;
}
