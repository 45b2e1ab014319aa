using System.Globalization;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Returns;
using YiMaTong.Issuing.Platform;

namespace YiMaTong.Issuing.Minting;

/// <summary>Checks the position of B.1 and B.3. It is looked at and forgotten: never stored. Thread-safe.</summary>
internal sealed class PositionCheck(IOptions<ServiceAreaOptions> options)
{
    private const int MaxDecimals = 9;
    private const int MaxLength = 14;

    private readonly ServiceAreaOptions _area = options.Value;

    /// <summary>Checks; both or neither, and both where the channel must send them.</summary>
    public Outcome Check(string latitude, string longitude, bool required)
    {
        if (latitude.Length == 0 && longitude.Length == 0 && !required)
        {
            return Outcome.Ok;
        }

        if (latitude.Length == 0 || longitude.Length == 0)
        {
            return Outcome.BadParameter(latitude.Length == 0 ? "latitude" : "longitude");
        }

        return TryRead(latitude, out var north) && TryRead(longitude, out var east)
            && north >= _area.MinLatitude && north <= _area.MaxLatitude
            && east >= _area.MinLongitude && east <= _area.MaxLongitude
                ? Outcome.Ok
                : PyCodes.BadPosition;
    }

    /// <summary>Reads decimal degrees: an optional minus, digits, at most nine decimals after a point.</summary>
    internal static bool TryRead(string text, out decimal degrees)
    {
        degrees = 0;
        var start = text.StartsWith('-') ? 1 : 0;
        if (text.Length > MaxLength || text.Length <= start
            || !char.IsAsciiDigit(text[start]) || !char.IsAsciiDigit(text[^1]))
        {
            return false;
        }

        var point = text.IndexOf('.', StringComparison.Ordinal);
        return (point < 0 || text.Length - point - 1 <= MaxDecimals)
            && decimal.TryParse(
                text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out degrees);
    }
}
