using Microsoft.EntityFrameworkCore;

namespace YiMaTong.Issuing.Storage;

/// <summary>Tables, keys and indexes. Nothing is deleted by a cascade: the feed knows no deletions.</summary>
internal static class IssuingModel
{
    public static void Configure(ModelBuilder model)
    {
        ConfigurePeople(model);
        ConfigureRegistry(model);
        ConfigureFeed(model);
        ConfigureIncidents(model);
    }

    private static void ConfigurePeople(ModelBuilder model)
    {
        model.Entity<Citizen>(citizen =>
        {
            citizen.ToTable("citizen");
            citizen.Ignore(row => row.Tags);
            citizen.HasIndex(row => row.Handle).IsUnique();
            citizen.HasIndex(row => row.IdNumberHash).IsUnique();
        });
        model.Entity<Consent>(consent =>
        {
            consent.ToTable("consent");
            consent.HasIndex(row => new { row.CitizenId, row.ChannelId, row.EndedAt });
            consent.HasOne<Citizen>().WithMany().HasForeignKey(row => row.CitizenId).OnDelete(DeleteBehavior.Restrict);
            consent.HasOne<Channel>().WithMany().HasForeignKey(row => row.ChannelId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<Channel>(channel =>
        {
            channel.ToTable("channel");
            channel.HasIndex(row => row.AppId).IsUnique();
        });
        model.Entity<CitizenSessionRow>(session =>
        {
            session.ToTable("citizen_session");
            session.HasKey(row => row.TokenHash);
            session.HasIndex(row => row.ExpiresAt);
            session.HasOne<Citizen>().WithMany().HasForeignKey(row => row.CitizenId).OnDelete(DeleteBehavior.Restrict);
        });
    }

    private static void ConfigureRegistry(ModelBuilder model)
    {
        model.Entity<TagDefinition>(tag =>
        {
            tag.ToTable("tag");
            tag.HasKey(row => row.Number);
            tag.Property(row => row.Number).ValueGeneratedNever();
            tag.HasIndex(row => row.Key).IsUnique();
        });
        model.Entity<Scene>(scene =>
        {
            scene.ToTable("scene");
            scene.HasKey(row => row.SceneId);
        });
        model.Entity<Merchant>(merchant =>
        {
            merchant.ToTable("merchant");
            merchant.HasKey(row => row.MerchantId);
            merchant.HasOne<Scene>().WithMany().HasForeignKey(row => row.SceneId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<Device>(device =>
        {
            device.ToTable("device");
            device.HasKey(row => row.MacId);
            device.HasOne<Merchant>().WithMany().HasForeignKey(row => row.MerchantId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<CodeKeyRow>(key =>
        {
            key.ToTable("code_key");
            key.HasKey(row => row.KeyId);
            key.Property(row => row.KeyId).ValueGeneratedNever();
        });
    }

    private static void ConfigureFeed(ModelBuilder model)
    {
        model.Entity<OutboxEntry>(entry =>
        {
            entry.ToTable("outbox");
            entry.HasKey(row => row.Revision);
            entry.Property(row => row.Revision).ValueGeneratedNever();
        });
        model.Entity<FeedState>(state =>
        {
            state.ToTable("feed_state");
            state.Property(row => row.Id).ValueGeneratedNever();
        });
    }

    private static void ConfigureIncidents(ModelBuilder model)
    {
        model.Entity<IncidentRow>(incident =>
        {
            incident.ToTable("incident");
            incident.HasKey(row => row.IncidentId);
            incident.HasIndex(row => row.OpenedAt);
        });
        model.Entity<SmsRow>(sms =>
        {
            sms.ToTable("sms_outbox");
            sms.HasIndex(row => new { row.IncidentId, row.PhoneHash }).IsUnique();
            sms.HasIndex(row => new { row.State, row.DueAt });
            sms.HasOne<IncidentRow>().WithMany().HasForeignKey(row => row.IncidentId)
                .OnDelete(DeleteBehavior.Restrict);
            sms.HasOne<Citizen>().WithMany().HasForeignKey(row => row.CitizenId).OnDelete(DeleteBehavior.Restrict);
        });
    }
}
