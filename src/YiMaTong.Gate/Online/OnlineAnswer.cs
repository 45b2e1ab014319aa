using YiMaTong.Contracts.Decode.V1;

namespace YiMaTong.Gate.Online;

/// <summary>What the nodes said of one scan. Immutable.</summary>
/// <param name="ScanId">The number that the gate gave the scan.</param>
/// <param name="Response">
/// The answer with a decision where any node gave one; else the last refusal; null where no node answered in time.
/// </param>
/// <param name="Node">The node that answered; null where none did.</param>
/// <param name="Tries">Calls that were made for the scan.</param>
/// <param name="Failure">The last call that brought no answer, for the log: the node and its gRPC status.</param>
public sealed record OnlineAnswer(
    string ScanId, DecodeResponse? Response = null, Uri? Node = null, int Tries = 0, string? Failure = null)
{
    /// <summary>
    /// Whether a node decided; otherwise the gate must decide alone or turn the passenger to a person.
    /// </summary>
    public bool IsDecided => Response is { Decision: not Decision.Unspecified };

    /// <summary>Whether the passenger may pass.</summary>
    public bool Permits => Response is { Decision: Decision.Permit };

    /// <summary>Whether any node answered at all.</summary>
    public bool IsAnswered => Response is not null;
}
