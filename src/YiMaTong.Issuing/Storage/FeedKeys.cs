using System.Globalization;

namespace YiMaTong.Issuing.Storage;

/// <summary>How the outbox names entities. Keys reach the disk: their form is frozen.</summary>
internal static class FeedKeys
{
    public static bool IsInFeed(object entity) =>
        entity is Citizen or Scene or Merchant or Device or TagDefinition or CodeKeyRow;

    /// <summary>Kind and key of an entity that has its own key already.</summary>
    public static (FeedEntity Kind, string Key) Of(object entity) => entity switch
    {
        Citizen citizen => (FeedEntity.Subject, citizen.Id.ToString(CultureInfo.InvariantCulture)),
        Scene scene => (FeedEntity.Scene, scene.SceneId),
        Merchant merchant => (FeedEntity.Merchant, merchant.MerchantId),
        Device device => (FeedEntity.Device, device.MacId),
        TagDefinition tag => (FeedEntity.Tag, tag.Number.ToString(CultureInfo.InvariantCulture)),
        CodeKeyRow key => (FeedEntity.CodeKey, key.KeyId.ToString(CultureInfo.InvariantCulture)),
        _ => throw NotInFeed(entity),
    };

    public static void SetRevision(object entity, long revision)
    {
        switch (entity)
        {
            case Citizen citizen: citizen.Revision = revision; break;
            case Scene scene: scene.Revision = revision; break;
            case Merchant merchant: merchant.Revision = revision; break;
            case Device device: device.Revision = revision; break;
            case TagDefinition tag: tag.Revision = revision; break;
            case CodeKeyRow key: key.Revision = revision; break;
            default: throw NotInFeed(entity);
        }
    }

    private static ArgumentException NotInFeed(object entity) =>
        new($"{entity.GetType().Name} is not in the feed.", nameof(entity));
}
