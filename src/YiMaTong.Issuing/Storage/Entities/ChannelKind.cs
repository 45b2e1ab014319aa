namespace YiMaTong.Issuing.Storage;

/// <summary>Which interfaces an app may call.</summary>
internal enum ChannelKind { Platform = 1, Channel = 2 }
