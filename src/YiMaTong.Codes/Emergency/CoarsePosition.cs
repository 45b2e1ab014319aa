using System.Buffers.Binary;

namespace YiMaTong.Codes.Emergency;

/// <summary>
/// A position on a grid of 2^20 by 2^20 over the world (WGS-84): steps of 0.00017° of latitude, 19 m, and 0.00034° of
/// longitude, 38 m at the equator. Fine enough to tell one station from the next, and too coarse to follow a person
/// within it; five bytes in a code.
/// </summary>
public readonly record struct CoarsePosition
{
    /// <summary>Length in bytes.</summary>
    internal const int Length = 5;

    private const int AxisBits = 20;
    private const int StepMax = (1 << AxisBits) - 1;

    private readonly int _latitudeStep;
    private readonly int _longitudeStep;

    /// <summary>The nearest point of the grid.</summary>
    /// <param name="latitude">Degrees, -90 to 90.</param>
    /// <param name="longitude">Degrees, -180 to 180.</param>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate outside of its range, or no number.</exception>
    public CoarsePosition(double latitude, double longitude)
    {
        _latitudeStep = ToStep(latitude, 90, nameof(latitude));
        _longitudeStep = ToStep(longitude, 180, nameof(longitude));
    }

    private CoarsePosition(ulong packed) =>
        (_latitudeStep, _longitudeStep) = ((int)(packed >> AxisBits), (int)(packed & StepMax));

    /// <summary>Degrees, -90 to 90.</summary>
    public double Latitude => _latitudeStep * 180.0 / StepMax - 90;

    /// <summary>Degrees, -180 to 180.</summary>
    public double Longitude => _longitudeStep * 360.0 / StepMax - 180;

    internal static CoarsePosition Read(ReadOnlySpan<byte> bytes) =>
        new((ulong)bytes[0] << 32 | BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]));

    internal void Write(Span<byte> destination)
    {
        var packed = (ulong)_latitudeStep << AxisBits | (uint)_longitudeStep;
        destination[0] = (byte)(packed >> 32);
        BinaryPrimitives.WriteUInt32BigEndian(destination[1..], (uint)packed);
    }

    private static int ToStep(double degrees, double max, string name) => Math.Abs(degrees) <= max
        ? (int)Math.Round((degrees + max) / (2 * max) * StepMax, MidpointRounding.AwayFromZero)
        : throw new ArgumentOutOfRangeException(name, degrees, $"A coordinate from -{max} to {max} degrees is needed.");
}
