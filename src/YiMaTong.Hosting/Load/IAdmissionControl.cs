using Microsoft.AspNetCore.Http;

namespace YiMaTong.Hosting.Load;

/// <summary>
/// Decides ahead of routing whether a call is served: from its listener, path and connection alone. A service that
/// registers one has every call of its REST and gRPC listeners judged. Must be thread-safe and take well under a
/// microsecond.
/// </summary>
public interface IAdmissionControl
{
    /// <summary>Judges a call that has just come.</summary>
    Admission Judge(HttpContext context);

    /// <summary>Gives back the place of a call that was admitted and counted.</summary>
    void Leave(int place);
}
