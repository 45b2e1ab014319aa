using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Load.Scenarios;
using YiMaTong.Load.Servers;
using YiMaTong.Load.Wire;
using YiMaTong.Perf;

namespace YiMaTong.Load.Table;

/// <summary>P2: calls a second beside an ordinary handler that answers the same bytes.</summary>
internal sealed class UnaryRow : IRow
{
    public IReadOnlyList<string> Ids => ["P2"];

    public async Task<IReadOnlyList<RowResult>> Measure(Rig rig)
    {
        var shared = await rig.Shared(rig.Sizes.Subjects);
        var (city, node) = (shared.Followed, shared.Node);
        var answer = Convert.ToBase64String(AnswerOf(city.City, node));
        using var peer = await rig.Peer(city, ("Handler", "ordinary"), ("Answer", answer));
        var measured = rig.Unary(city.City, node.Grpc);
        var (ratios, runs) = rig.Beside(
            measured, rig.Unary(city.City, peer.Grpc, constant: true), run => run.GoodPerSecond);
        var reason = $"{runs[1].GoodPerSecond:0}/s beside {runs[0].GoodPerSecond:0}/s; answers of "
            + $"{runs[1].AnswerBytes:0} and {runs[0].AnswerBytes:0} bytes";
        if (!rig.Sizes.Smoke)
        {
            reason += await Others(rig, city, answer, runs[1].GoodPerSecond);
        }

        return [new("P2", "unary ÷ ordinary handler", 1, true, "×", ratios, reason) { Runs = runs }];
    }

    /// <summary>A node's answer to one scan, for peers to repeat.</summary>
    public static byte[] AnswerOf(City city, Server node)
    {
        using var link = new UnaryLink(node.Grpc);
        var text = new char[Codes.Online.OnlineCode.Length];
        city.Mint(City.ProbeSubjects, (uint)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), text);
        return Sessions.Decode(link, new DecodeRequest
        {
            Session = Google.Protobuf.ByteString.CopyFrom(Sessions.OpenAll(city, node.Grpc, 1)[0]),
            Qrcode = new string(text),
            ScanId = "00000000",
        });
    }

    private static async Task<string> Others(Rig rig, FollowedCity city, string answer, double own)
    {
        using var prepared = await rig.Peer(city, ("Handler", "prepared"), ("Answer", answer));
        using var bare = await rig.Peer(city, ("Handler", "ordinary"), ("Answer", answer), ("Pipeline", "bare"));
        var text = "";
        foreach (var (name, server) in new[] { ("prepared bytes", prepared), ("bare pipeline", bare) })
        {
            var scenario = rig.Unary(city.City, server.Grpc, constant: true);
            rig.Warm(scenario);
            text += $"; {own / rig.Closed(scenario).GoodPerSecond:0.00} × {name}";
        }

        return text;
    }
}
