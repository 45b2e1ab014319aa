using YiMaTong.Load.Servers;
using YiMaTong.Perf;

namespace YiMaTong.Load.Table;

/// <summary>A city, its feed and a node that follows it, used by several rows.</summary>
internal sealed record SharedNode(FollowedCity Followed, Server Node) : IDisposable
{
    public City City => Followed.City;

    public int Subjects => Followed.City.Subjects;

    public void Dispose()
    {
        Node.Dispose();
        Followed.Dispose();
    }
}
