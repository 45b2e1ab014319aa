using YiMaTong.AllInOne.Demo;
using YiMaTong.Testing;

namespace YiMaTong.AllInOne.Tests;

public sealed class SyntheticPersonTests
{
    [Fact]
    public void Number_TheWholeCity_IsOfDistinctPeopleWhoCannotExist()
    {
        var people = Enumerable.Range(0, CityPlan.Citizens).Select(SyntheticPerson.Number).ToList();

        Assert.Equal(1000, people.Select(person => person.IdNumber).Distinct().Count());
        Assert.Equal(1000, people.Select(person => person.Phone).Distinct().Count());
        Assert.All(people, person =>
        {
            Assert.Matches("^990000(19|20)[0-9]{9}[0-9X]$", person.IdNumber);
            Assert.Equal(ResidentNumber.CheckDigit(person.IdNumber[..17]), person.IdNumber[17]);
            Assert.Matches("^199[0-9]{8}$", person.Phone);
        });
        Assert.Equal(people, Enumerable.Range(0, CityPlan.Citizens).Select(SyntheticPerson.Number));
    }
}
