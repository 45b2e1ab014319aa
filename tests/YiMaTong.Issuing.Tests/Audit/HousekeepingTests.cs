using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.EntityFrameworkCore.Models;
using YiMaTong.Issuing.Audit;
using YiMaTong.Issuing.Tests.Citizens;
using YiMaTong.Testing;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace YiMaTong.Issuing.Tests.Audit;

public sealed class HousekeepingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sweep_WhatIsOver_GoesAndTheRestStays()
    {
        await using var host = await CitizenHost.StartAsync();

        // OpenIddict asks the real clock what has expired, and is told what is old.
        host.Time.SetUtcNow(DateTimeOffset.UtcNow);
        await host.PutChannel("app-1", "PLATFORM");
        await host.Tokens("app-1", ResidentNumber.Next());
        var keeper = host.Services.GetRequiredService<Housekeeping>();

        await keeper.Sweep(Token);
        Assert.Equal(1, await Sessions(host));
        Assert.Contains(Statuses.Redeemed, await TokenStates(host));

        // The session is over, and the redeemed code is old; what is still good stays.
        host.Time.Advance(TimeSpan.FromDays(20));
        await keeper.Sweep(Token);
        var states = await TokenStates(host);
        Assert.Equal(0, await Sessions(host));
        Assert.DoesNotContain(Statuses.Redeemed, states);
        Assert.Contains(Statuses.Valid, states);
        Assert.True(await host.Read(db =>
            db.Set<OpenIddictEntityFrameworkCoreAuthorization>().AnyAsync(Token)));
        Assert.Empty(host.Logs.Errors);
    }

    [Fact]
    public async Task Run_EveryInterval_Sweeps()
    {
        await using var host = await CitizenHost.StartAsync();
        await host.SignIn(ResidentNumber.Next());

        await AwaitUntil.Satisfies(
            async () =>
            {
                host.Time.Advance(TimeSpan.FromMinutes(61));
                return await Sessions(host);
            },
            sessions => sessions == 0, TimeSpan.FromSeconds(10), "the session is swept", cancellationToken: Token);
    }

    [Fact]
    public void Validate_EveryFault_IsNamed()
    {
        var validator = new HousekeepingOptionsValidator();

        Assert.Equal(
            ["Issuing:Audit:RetentionDays: must be 1 to 3650 (is '0')"],
            validator.Validate(null, new AuditOptions { RetentionDays = 0 }).Failures);
        Assert.Equal(
            [
                "Issuing:Housekeeping:IntervalMinutes: must be 1 to 1440 (is '0')",
                "Issuing:Housekeeping:TokenDays: must be 1 to 365 (is '999')",
            ],
            validator.Validate(null, new HousekeepingOptions { IntervalMinutes = 0, TokenDays = 999 }).Failures);
    }

    private static Task<int> Sessions(CitizenHost host) =>
        host.Read(db => db.CitizenSessions.CountAsync(Token));

    private static Task<List<string?>> TokenStates(CitizenHost host) => host.Read(db =>
        db.Set<OpenIddictEntityFrameworkCoreToken>().Select(token => token.Status).ToListAsync(Token));
}
