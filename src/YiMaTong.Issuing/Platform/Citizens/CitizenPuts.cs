using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Platform;

/// <summary>Changes of citizens inside their unit. Thread-safe.</summary>
internal sealed class CitizenPuts(CitizenRegistrar registrar, TagRules rules, TimeProvider time)
{
    /// <summary>Registers a citizen, or replaces what the put replaces.</summary>
    public async Task<Outcome> Put(ChangeUnit unit, CitizenPut put, CancellationToken cancellationToken)
    {
        if (!await TagNumbers.AllExist(unit.Db, put.HandTags, cancellationToken))
        {
            return Outcome.BadParameter("tagNumbers");
        }

        var citizen = await registrar.FindAsync(unit.Db, put.Identity, cancellationToken);
        if (citizen is null)
        {
            if (put.Identity.Name.Length == 0)
            {
                return Outcome.BadParameter("name");
            }

            citizen = await registrar.RegisterAsync(
                unit, put.Identity, put.Attributes, put.RealNameVerified, cancellationToken);
        }
        else if (citizen.State == CitizenState.Closed && put.State != CitizenState.Closed)
        {
            return Outcome.BadParameter("state");
        }
        else
        {
            registrar.UpdateContact(citizen, put.Identity);
            citizen.RealNameVerified = put.RealNameVerified;
            citizen.Attributes = put.Attributes.Bits;
            citizen.RuleTags = (await rules.LoadAsync(unit.Db, cancellationToken)).Compute(put.Attributes);
        }

        citizen.HandTags = put.HandTags;
        ChangeState(citizen, put.State);
        return Outcome.Ok;
    }

    private void ChangeState(Citizen citizen, CitizenState state)
    {
        if (citizen.State == state)
        {
            return;
        }

        citizen.State = state;
        if (state != CitizenState.Active)
        {
            // The next second: codes carry whole seconds, and one minted earlier within this second must be void too.
            // One minted after an earlier act of this second carries that act's bound, so the bound rises with every
            // act.
            citizen.ValidFrom = Math.Max(citizen.ValidFrom + 1, (uint)time.GetUtcNow().ToUnixTimeSeconds() + 1);
        }
    }
}
