using System.Text;
using YiMaTong.Decode.Registry;
using YiMaTong.Directory;
using Wire = YiMaTong.Contracts.Feed.V1;

namespace YiMaTong.Decode.Feed;

/// <summary>Makes the directory's records of the feed's.</summary>
internal static class SubjectRecords
{
    private const int NameBytesMax = 192;
    private const int CardLength = 16;

    /// <summary>Reads a record.</summary>
    /// <param name="revision">Revision of the entity.</param>
    /// <param name="wire">The record in the feed.</param>
    /// <param name="fault">What is wrong with it; null where nothing is. A subject with a fault is held as
    /// closed.</param>
    public static SubjectRecord Read(ulong revision, Wire.SubjectRecord wire, out string? fault)
    {
        fault = Fault(wire);
        var record = new SubjectRecord
        {
            Revision = revision,
            Tags = wire.Tags,
            Attributes = wire.Attributes,
            ValidFrom = wire.ValidFrom,
            ConsentUntil = wire.ConsentUntil,
            SceneKinds = wire.SceneKinds,
            Fields = (byte)(wire.Fields & FieldBits.Known),
            State = fault is null ? (SubjectState)wire.State : SubjectState.Closed,
        };
        if (fault is null)
        {
            record.SetConcealed(wire.ConcealName, wire.ConcealCard);
        }

        return record;
    }

    private static string? Fault(Wire.SubjectRecord wire)
    {
        if (wire.State is not (Wire.SubjectState.Active or Wire.SubjectState.Frozen or Wire.SubjectState.Closed))
        {
            return "its state is unknown";
        }

        if (Encoding.UTF8.GetByteCount(wire.ConcealName) > NameBytesMax)
        {
            return $"its starred name is longer than {NameBytesMax} bytes";
        }

        // A closed subject's masks are erased at issuing: empty is in order.
        return wire.ConcealCard.Length is 0 or CardLength ? null : $"its starred number is not {CardLength} characters";
    }
}
