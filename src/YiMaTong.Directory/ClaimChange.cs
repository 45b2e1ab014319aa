namespace YiMaTong.Directory;

/// <summary>Changes what a claim's holder left, or leaves it as it is.</summary>
/// <param name="value">The value.</param>
/// <param name="state">What the change is told.</param>
/// <returns>Whether the change did what it is for.</returns>
public delegate bool ClaimChange<TValue, TState>(ref TValue value, in TState state);
