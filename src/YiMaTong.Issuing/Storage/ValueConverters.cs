using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace YiMaTong.Issuing.Storage;

/// <summary>Instants as milliseconds of the Unix epoch: comparable in every database, always UTC.</summary>
internal sealed class UnixMillisecondsConverter() : ValueConverter<DateTimeOffset, long>(
    value => value.ToUnixTimeMilliseconds(), value => DateTimeOffset.FromUnixTimeMilliseconds(value));

/// <summary>64 bits as the signed number of the same bits: databases have no unsigned 64-bit type.</summary>
internal sealed class UnsignedBitsConverter() : ValueConverter<ulong, long>(
    value => unchecked((long)value), value => unchecked((ulong)value));
