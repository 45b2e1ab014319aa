namespace YiMaTong.Rules;

/// <summary>What a rule sees: a subject and the scene that asks.</summary>
/// <param name="Tags">Tag n is held where bit n-1 is set; 0 while tags are being worked out.</param>
/// <param name="Attributes">The subject's attributes.</param>
/// <param name="Route">The scene's route; empty while tags are being worked out.</param>
public readonly record struct RuleInput(ulong Tags, SubjectAttributes Attributes, string Route);
