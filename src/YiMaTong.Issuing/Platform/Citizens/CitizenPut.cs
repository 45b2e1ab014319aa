using YiMaTong.Issuing.Storage;
using YiMaTong.Rules;

namespace YiMaTong.Issuing.Platform;

/// <summary>A checked put of a citizen.</summary>
/// <param name="Identity">Who it is.</param>
/// <param name="RealNameVerified">Whether the authority has confirmed name and number.</param>
/// <param name="State">Whether the citizen may use codes.</param>
/// <param name="Attributes">What the data sources say.</param>
/// <param name="HandTags">Tags given by hand; tag n is bit n-1.</param>
internal readonly record struct CitizenPut(
    CitizenIdentity Identity, bool RealNameVerified, CitizenState State, SubjectAttributes Attributes, ulong HandTags);
