using Microsoft.Extensions.Configuration;
using YiMaTong.Issuing.Incidents;
using YiMaTong.Issuing.Sms;

namespace YiMaTong.Issuing.Tests.Incidents;

public sealed class IncidentOptionsTests
{
    [Fact]
    public void Validate_Defaults_AreRight()
    {
        Assert.True(new IncidentOptionsValidator().Validate(null, new()).Succeeded);
        Assert.True(Sms(demonstration: false).Validate(null, new()).Succeeded);
    }

    [Fact]
    public void Validate_ManyFaults_NamesEach()
    {
        var options = new IncidentOptions { DecodeNodesLeast = 2, ProbeSeconds = 0, FailuresToOpen = 0 };
        options.DecodeNodes.Add("node:8082/readyz");

        var failures = new IncidentOptionsValidator().Validate(null, options).Failures!.ToList();

        Assert.Equal(
            ["DecodeNodesLeast", "ProbeSeconds", "FailuresToOpen", "DecodeNodes:0"],
            failures.Select(failure => failure.Split(": ")[0]["Incidents:".Length..]));
    }

    [Theory]
    [InlineData("file", "", false, "Mode OutboxFile")]
    [InlineData("file", "out.jsonl", true, "")]
    [InlineData("http", "http://sms.example/", false, "Endpoint KeyFile")]
    [InlineData("pigeon", "", false, "Mode")]
    public void Validate_Sms_NamesEach(string mode, string place, bool demonstration, string named)
    {
        var options = new SmsOptions { Mode = mode, Endpoint = place, OutboxFile = place };

        var failures = Sms(demonstration).Validate(null, options).Failures ?? [];

        Assert.Equal(named, string.Join(' ', failures.Select(failure => failure.Split(": ")[0].Split(':')[2])));
    }

    private static SmsOptionsValidator Sms(bool demonstration) => new(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Issuing:Demonstration"] = demonstration ? "true" : "false",
        }).Build());
}
