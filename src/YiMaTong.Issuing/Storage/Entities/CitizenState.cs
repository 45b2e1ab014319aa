namespace YiMaTong.Issuing.Storage;

/// <summary>Whether a citizen may use codes.</summary>
internal enum CitizenState { Active = 1, Frozen = 2, Closed = 3 }
