namespace YiMaTong.Integration.Tests.Target;

/// <summary>A synthetic citizen who claimed a code and let the platform's app show it.</summary>
internal sealed record Holder(string IdNumber, string Name, string Phone, string Session, string AccessToken);
