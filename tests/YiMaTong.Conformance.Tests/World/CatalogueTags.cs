namespace YiMaTong.Conformance.Tests.World;

/// <summary>
/// The two tags that Table B.2 prints. Tag numbers are scarce and never reused, so the catalogue's own are taken where
/// it has them, and the suite's stay for the next run.
/// </summary>
internal static class CatalogueTags
{
    public const string Veteran = "退役军人";
    public const string TalentE = "E类人才";

    private static readonly SemaphoreSlim Gate = new(1, 1);

    /// <summary>The number of the tag with that text, added to the catalogue where it lacks.</summary>
    public static async Task<uint> Ensure(Operator platform, string text)
    {
        await Gate.WaitAsync();
        try
        {
            var catalogue = await platform.List("/api/v1/platform/tags");
            var used = new HashSet<uint>();
            foreach (var definition in catalogue.EnumerateArray())
            {
                var tag = definition.GetProperty("tag");
                used.Add(tag.GetProperty("no").GetUInt32());
                if (tag.GetProperty("text").GetString() == text)
                {
                    return tag.GetProperty("no").GetUInt32();
                }
            }

            var free = Enumerable.Range(1, 64).Select(number => (uint)number).First(number => !used.Contains(number));
            await platform.Put($"/api/v1/platform/tags/conf-{free}", new
            {
                tag = new
                {
                    icon = $"/icons/tags/conf-{free}.png",
                    no = free,
                    text,
                    backgroundColor = 1,
                    fontColor = 1,
                },
                state = "REGISTRATION_STATE_ACTIVE",
            });
            return free;
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>Gives a citizen both tags by hand, whatever rules say, and returns the numbers ascending.</summary>
    public static async Task<uint[]> GiveBoth(Operator platform, TestCitizen citizen)
    {
        uint[] numbers = [await Ensure(platform, Veteran), await Ensure(platform, TalentE)];
        Array.Sort(numbers);
        await platform.PutCitizen(citizen, attributes: new { veteran = true, talentLevel = "E" }, tagNumbers: numbers);
        return numbers;
    }
}
