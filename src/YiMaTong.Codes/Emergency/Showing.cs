using System.Buffers.Binary;
using YiMaTong.Codes.Emergency.Cose;
using static YiMaTong.Codes.Emergency.EmergencyCodeLayout;

namespace YiMaTong.Codes.Emergency;

/// <summary>What a phone signs when it shows a code, as read and not verified yet.</summary>
internal readonly ref struct Showing
{
    private Showing(CoseSign1 frame, uint shownAt, CoarsePosition? position)
    {
        Frame = frame;
        ShownAt = shownAt;
        Position = position;
    }

    internal CoseSign1 Frame { get; }

    internal uint ShownAt { get; }

    internal CoarsePosition? Position { get; }

    /// <summary>Takes time and position out of a frame.</summary>
    /// <returns>False for another length, or where the frame names a key or a content type.</returns>
    internal static bool TryRead(CoseSign1 frame, out Showing showing)
    {
        var payload = frame.Payload;
        var whole = frame.HeaderCount == HeaderCount && !frame.Token.IsEmpty
            && payload.Length is ShownAtLength or ShownAtLength + CoarsePosition.Length;
        showing = whole
            ? new Showing(
                frame,
                BinaryPrimitives.ReadUInt32BigEndian(payload),
                payload.Length > ShownAtLength ? CoarsePosition.Read(payload[ShownAtLength..]) : null)
            : default;
        return whole;
    }
}
