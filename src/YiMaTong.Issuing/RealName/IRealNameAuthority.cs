using YiMaTong.Issuing.Platform;

namespace YiMaTong.Issuing.RealName;

/// <summary>What the authority says.</summary>
internal enum RealNameVerdict
{
    /// <summary>Name and number belong together.</summary>
    Confirmed,

    /// <summary>They do not, or there is no such number.</summary>
    Refused,

    /// <summary>The authority did not answer, or not in words that are understood: nothing is known.</summary>
    Unavailable,
}

/// <summary>Whoever knows whether name and number belong together (7.1.1).</summary>
internal interface IRealNameAuthority
{
    /// <summary>Asks. Answers Unavailable rather than throw. Thread-safe.</summary>
    Task<RealNameVerdict> VerifyAsync(CitizenIdentity identity, CancellationToken cancellationToken);
}
