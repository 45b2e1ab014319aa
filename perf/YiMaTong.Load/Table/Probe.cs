using System.Globalization;
using Google.Protobuf;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Load.Running;
using YiMaTong.Load.Scenarios;
using YiMaTong.Load.Servers;
using YiMaTong.Load.Wire;
using YiMaTong.Perf;

namespace YiMaTong.Load.Table;

/// <summary>What probes saw.</summary>
/// <param name="Visible">Time from a change's acknowledgement to the first answer that shows it, ms.</param>
/// <param name="Stale">Answers with min_revision that did not show the change.</param>
/// <param name="Unknown">Answers with min_revision that said PY2018.</param>
internal sealed record ProbeResult(LatencySummary Visible, int Stale, int Unknown);

/// <summary>Changes a citizen and scans until the node shows it.</summary>
internal static class Probe
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public static async Task<ProbeResult> Run(Rig rig, FollowedCity city, Server node)
    {
        using var link = new UnaryLink(node.Grpc);
        var session = ByteString.CopyFrom(Sessions.OpenAll(city.City, node.Grpc, 1)[0]);
        var time = TimeProvider.System;
        var visible = new Latencies();
        var (stale, unknown) = (0, 0);
        var begun = time.GetTimestamp();
        for (var i = 0; i < rig.Sizes.Probes && time.GetElapsedTime(begun) < rig.Sizes.Steady; i++)
        {
            var subject = i % City.ProbeSubjects;
            var tag = (i / City.ProbeSubjects % City.Tags) + 1;
            var revision = ulong.Parse(
                await city.Feed.Post($"/probe/{subject}/{1L << (tag - 1)}"), CultureInfo.InvariantCulture);
            var acknowledged = time.GetTimestamp();
            var request = Request(city.City, session, subject);

            // Every other probe asks for the revision, the rest look when the change comes by itself.
            if (i % 2 == 0)
            {
                request.MinRevision = revision;
                var answer = DecodeResponse.Parser.ParseFrom(Sessions.Decode(link, request));
                unknown += answer.Code == PyCodes.DataUnavailable.Code ? 1 : 0;
                stale += answer.Code == PyCodes.Success.Code && !Shows(answer, tag) ? 1 : 0;
                request.MinRevision = 0;
            }

            while (!Shows(DecodeResponse.Parser.ParseFrom(Sessions.Decode(link, request)), tag))
            {
                if (time.GetElapsedTime(acknowledged) > Limit)
                {
                    throw new InvalidDataException($"a change was not visible after {Limit.TotalSeconds:0} s");
                }
            }

            visible.Record((long)time.GetElapsedTime(acknowledged).TotalNanoseconds);
            await Task.Delay(Between);
        }

        return new ProbeResult(visible.Summary(), stale, unknown);
    }

    private static bool Shows(DecodeResponse answer, int tag) =>
        answer.TagNumbers.Count == 1 && answer.TagNumbers[0] == (uint)tag;

    private static DecodeRequest Request(City city, ByteString session, int subject)
    {
        Span<char> text = stackalloc char[OnlineCode.Length];
        city.Mint(subject, (uint)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), text);
        return new DecodeRequest { Session = session, Qrcode = new string(text), ScanId = "probe" };
    }
}
