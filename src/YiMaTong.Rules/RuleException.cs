namespace YiMaTong.Rules;

/// <summary>Carries what is wrong with a rule out of the visitor; never leaves <see cref="RuleCompiler"/>.</summary>
internal sealed class RuleException(string message) : Exception(message);
