namespace YiMaTong.Issuing.Storage;

/// <summary>Kinds of entity in the feed. Numbers reach the disk and are frozen.</summary>
internal enum FeedEntity { Subject = 1, Scene = 2, Merchant = 3, Device = 4, Tag = 5, CodeKey = 6 }
