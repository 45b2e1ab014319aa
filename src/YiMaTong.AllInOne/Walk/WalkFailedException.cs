namespace YiMaTong.AllInOne.Walk;

/// <summary>A step of the walk did not come out as it must.</summary>
/// <param name="message">Which step, and how.</param>
internal sealed class WalkFailedException(string message) : Exception(message);
