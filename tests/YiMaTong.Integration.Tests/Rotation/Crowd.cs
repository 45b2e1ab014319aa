using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Integration.Tests.Target;

namespace YiMaTong.Integration.Tests.Rotation;

/// <summary>
/// Citizens with phones: each mints a code every tenth of a second and fetches an emergency code every two seconds, so
/// that whatever key has begun to count is met within moments. Thread-safe.
/// </summary>
internal sealed class Crowd : IDisposable
{
    private const int CodesPerToken = 20;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly City _city;
    private readonly EmergencyCodeService.EmergencyCodeServiceClient _issuing;
    private readonly Person[] _people;

    private Crowd(City city, TwoServices services, Person[] people) =>
        (_city, _issuing, _people) = (city, new(services.Issuing), people);

    /// <summary>Registers citizens; each has a code and an emergency code from the start.</summary>
    public static async Task<Crowd> GatherAsync(City city, TwoServices services, int people)
    {
        await city.PutAppAsync();
        var all = new Person[people];
        for (var i = 0; i < people; i++)
        {
            all[i] = new Person(await city.PutHolderAsync());
        }

        var crowd = new Crowd(city, services, all);
        foreach (var person in all)
        {
            await crowd.MintAsync(person);
            await crowd.FetchAsync(person);
        }

        return crowd;
    }

    /// <summary>A code that was minted at most moments ago.</summary>
    public string Code(long number) => Of(number).Code;

    /// <summary>An emergency code, shown now.</summary>
    public string Showing(long number)
    {
        var person = Of(number);
        return HolderProof.Show(person.Token, person.Phone, (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds());
    }

    /// <summary>Mints and fetches until it is enough.</summary>
    public Task RunAsync(CancellationToken enough) => Task.WhenAll(_people.Select(person => RunAsync(person, enough)));

    /// <inheritdoc />
    public void Dispose() => Array.ForEach(_people, person => person.Phone.Dispose());

    private Person Of(long number) => _people[number % _people.Length];

    private async Task RunAsync(Person person, CancellationToken enough)
    {
        for (var i = 1; !enough.IsCancellationRequested; i++)
        {
            await MintAsync(person);
            if (i % CodesPerToken == 0)
            {
                await FetchAsync(person);
            }

            await Task.Delay(Pace, enough).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task MintAsync(Person person) => person.Code = await _city.MintAsync(person.Holder);

    private async Task FetchAsync(Person person)
    {
        var answer = await _issuing.IssueEmergencyCodeAsync(
            new IssueEmergencyCodeRequest
            {
                AccessToken = person.Holder.AccessToken,
                Form = EmergencyCodeForm.HolderBound,
                HolderKey = Convert.ToBase64String(person.Phone.CompressedPublicKey),
            },
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("PY0000", answer.Code);
        person.Token = Convert.FromBase64String(answer.Response.Token);
    }

    private sealed class Person(Holder holder)
    {
        private volatile string _code = "";
        private volatile byte[] _token = [];

        public Holder Holder => holder;

        public EcdsaSigner Phone { get; } = EcdsaSigner.Create();

        public string Code
        {
            get => _code;
            set => _code = value;
        }

        public byte[] Token
        {
            get => _token;
            set => _token = value;
        }
    }
}
