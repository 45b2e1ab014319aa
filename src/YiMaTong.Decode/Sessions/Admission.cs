using YiMaTong.Decode.Registry;

namespace YiMaTong.Decode.Sessions;

/// <summary>A session whose merchant and device may scan now; found once for all scans of a message.</summary>
/// <param name="Session">The session.</param>
/// <param name="Standing">Its merchant, active, and its scene.</param>
internal readonly record struct Admission(Session Session, Standing Standing);
