using YiMaTong.Load.Scenarios;

namespace YiMaTong.Load.Wire;

/// <summary>One call to be made.</summary>
/// <param name="Step">The step that made it and judges its answer.</param>
/// <param name="Item">The step's number of it.</param>
/// <param name="Body">Bytes to send, ready.</param>
/// <param name="Intended">Timestamp at which it should start; its latency counts from here.</param>
internal readonly record struct Shot(Step Step, int Item, ReadOnlyMemory<byte> Body, long Intended);
