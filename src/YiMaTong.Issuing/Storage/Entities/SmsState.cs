namespace YiMaTong.Issuing.Storage;

/// <summary>How far an SMS has come. Numbers reach the disk and are frozen.</summary>
internal enum SmsState { Waiting = 1, Accepted = 2, Failed = 3, Dropped = 4 }
