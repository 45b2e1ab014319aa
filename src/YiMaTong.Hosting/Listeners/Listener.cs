using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace YiMaTong.Hosting.Listeners;

/// <summary>Which listener a connection came in by.</summary>
public enum ListenerKind
{
    /// <summary>REST and pages.</summary>
    Rest,

    /// <summary>gRPC.</summary>
    Grpc,

    /// <summary>Health and metrics.</summary>
    Admin,
}

/// <summary>
/// Marks each connection with its listener. A Host header can lie and a port of 0 is not known beforehand; the mark is
/// neither.
/// </summary>
public static class Listener
{
    /// <summary>The listener that this request came in by; REST for a connection that bears no mark.</summary>
    public static ListenerKind Of(HttpContext context) =>
        // Each call is asked several times, and a feature of its connection is found slowly. Of the listeners one alone
        // speaks HTTP/2, and it speaks nothing else.
        ReferenceEquals(context.Request.Protocol, HttpProtocol.Http2)
            ? ListenerKind.Grpc
            : context.Features.Get<Mark>()?.Kind ?? ListenerKind.Rest;

    internal static Func<ConnectionDelegate, ConnectionDelegate> Marking(ListenerKind kind)
    {
        var mark = new Mark(kind);
        return next => connection =>
        {
            connection.Features.Set(mark);
            connection.Features.Set(new ConnectionTrust());
            return next(connection);
        };
    }

    /// <summary>Lets so many connections in at once and closes what exceeds.</summary>
    internal static Func<ConnectionDelegate, ConnectionDelegate> Limiting(int most)
    {
        var open = 0;
        return next => async connection =>
        {
            try
            {
                if (Interlocked.Increment(ref open) > most)
                {
                    connection.Abort();
                    return;
                }

                await next(connection);
            }
            finally
            {
                Interlocked.Decrement(ref open);
            }
        };
    }

    private sealed record Mark(ListenerKind Kind);
}
