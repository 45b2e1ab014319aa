using Microsoft.AspNetCore.Http;

namespace YiMaTong.Hosting.Listeners;

/// <summary>
/// What a connection has shown: a genuine signature earns trust, a bad one costs four times as much. A connection on
/// which many callers are mixed, as behind a proxy, therefore keeps trust only while few of its signatures are bad.
/// Lives and dies with the connection. Thread-safe; two calls at the same moment may count as one.
/// </summary>
public sealed class ConnectionTrust
{
    private const int Most = 16;
    private const int Least = -64;
    private volatile int _score;

    /// <summary>Whether genuine signatures came by it and few others.</summary>
    public bool Trusted => _score > 0;

    /// <summary>Whether nothing but bad signatures came by it, sixteen at least.</summary>
    public bool Hostile => _score <= Least;

    /// <summary>The connection's; null where the server is not Kestrel.</summary>
    public static ConnectionTrust? Of(HttpContext context) => context.Features.Get<ConnectionTrust>();

    /// <summary>Notes a genuine signature. A hostile connection, too, is believed again at once.</summary>
    public void Genuine() => _score = Math.Min(Most, Math.Max(_score, 0) + 1);

    /// <summary>Notes a bad signature.</summary>
    public void Bad() => _score = Math.Max(Least, _score - 4);
}
