using System.Collections.Frozen;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Microsoft.Extensions.Primitives;
using Status = Google.Rpc.Status;

namespace YiMaTong.Hosting.Load;

/// <summary>
/// The waits that a refused caller may be told, with all their spellings made beforehand, so that a refusal allocates
/// none of them. Immutable.
/// </summary>
internal sealed class RetryAfter
{
    /// <summary>What a refused caller reads where it shows the status to people.</summary>
    public const string Message = "overloaded: come again after retry-after-ms";

    private static readonly FrozenDictionary<int, RetryAfter> Known =
        RetryWaits.Milliseconds.ToArray().ToFrozenDictionary(ms => ms, ms => new RetryAfter(ms));

    private RetryAfter(int milliseconds)
    {
        Milliseconds = milliseconds.ToString(CultureInfo.InvariantCulture);
        Seconds = ((milliseconds + 999) / 1000).ToString(CultureInfo.InvariantCulture);
        var status = new Status { Code = (int)Code.ResourceExhausted, Message = Message };
        var wait = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(milliseconds));
        status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = wait }));
        // gRPC writes binary metadata in Base64 without padding.
        Details = Convert.ToBase64String(status.ToByteArray()).TrimEnd('=');
    }

    /// <summary>For <c>retry-after-ms</c> and <c>grpc-retry-pushback-ms</c>.</summary>
    public StringValues Milliseconds { get; }

    /// <summary>For <c>Retry-After</c> of HTTP, rounded up.</summary>
    public StringValues Seconds { get; }

    /// <summary>For <c>grpc-status-details-bin</c>: a google.rpc.Status with RetryInfo.</summary>
    public StringValues Details { get; }

    /// <summary>The wait's spellings; a wait that is none of the known ones is made anew.</summary>
    public static RetryAfter Of(int milliseconds) =>
        Known.TryGetValue(milliseconds, out var known) ? known : new RetryAfter(milliseconds);
}
