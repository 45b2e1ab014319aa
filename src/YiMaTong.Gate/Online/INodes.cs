using YiMaTong.Contracts.Decode.V1;

namespace YiMaTong.Gate.Online;

/// <summary>The decode nodes as one. Implementations are thread-safe.</summary>
internal interface INodes
{
    /// <summary>Asks about one code, as <see cref="OnlineGate"/> does.</summary>
    Task<OnlineAnswer> ScanAsync(string code, IEnumerable<DecodeField>? fields, CancellationToken cancellation);

    /// <summary>Asks whether any node would answer a scan; never throws for what nodes or networks do.</summary>
    Task<bool> ProbeAsync(CancellationToken cancellation);
}
