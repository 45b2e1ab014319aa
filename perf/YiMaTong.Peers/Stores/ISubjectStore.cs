using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Perf;

namespace YiMaTong.Peers.Stores;

/// <summary>A directory in another process. Implementations are thread-safe.</summary>
internal interface ISubjectStore
{
    /// <summary>Puts every citizen in, before the server listens.</summary>
    void Fill(City city);

    /// <summary>Reads a citizen; null where there is none.</summary>
    ValueTask<SubjectRecord?> Read(ulong handle);
}
