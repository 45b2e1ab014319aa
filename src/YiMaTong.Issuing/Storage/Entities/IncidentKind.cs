namespace YiMaTong.Issuing.Storage;

/// <summary>Kinds of incident. Numbers reach the disk and are frozen; they are those of the protos.</summary>
internal enum IncidentKind { Issuing = 1, Decode = 2, Manual = 3 }
