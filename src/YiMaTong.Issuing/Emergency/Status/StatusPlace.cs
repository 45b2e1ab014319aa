namespace YiMaTong.Issuing.Emergency;

/// <summary>A place in a status list.</summary>
/// <param name="List">Number of the list, 0 to 255.</param>
/// <param name="Index">Place in it.</param>
internal readonly record struct StatusPlace(byte List, int Index);
