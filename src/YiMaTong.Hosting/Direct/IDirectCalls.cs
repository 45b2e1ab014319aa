using Microsoft.AspNetCore.Http;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Hosting.Direct;

/// <summary>
/// Answers some calls of one listener itself, behind admission control and ahead of everything else. A service that
/// registers one has every call of that listener shown; there is at most one for each. Must be thread-safe.
/// </summary>
public interface IDirectCalls
{
    /// <summary>The listener whose calls are shown.</summary>
    ListenerKind Listener { get; }

    /// <summary>Answers a call where that needs no waiting.</summary>
    /// <param name="context">The call.</param>
    /// <returns>
    /// The answer on its way; null where the pipeline is to take the call, which is then as it was: nothing of its body
    /// is consumed, nothing of its response is set.
    /// </returns>
    Task? TryAnswer(HttpContext context);
}
