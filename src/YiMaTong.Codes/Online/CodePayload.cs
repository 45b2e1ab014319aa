namespace YiMaTong.Codes.Online;

/// <summary>What an online code says, sealed, to a node that holds its key.</summary>
/// <param name="Handle">The citizen's subject handle, never 0.</param>
/// <param name="Type">A number of <see cref="CodeType"/>.</param>
/// <param name="Channel">Number of the channel that showed the code.</param>
/// <param name="Flags">Reserved bits; 0 today.</param>
/// <param name="LifeSeconds">Life of the code in seconds, a multiple of 5 from 5 to 1,275.</param>
public readonly record struct CodePayload(ulong Handle, byte Type, ushort Channel, byte Flags, int LifeSeconds);
