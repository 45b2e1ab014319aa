using YiMaTong.Hosting;
using YiMaTong.Peers;
using YiMaTong.Peers.Feed;

// The first argument is the part to play; everything else are settings as the services take them.
return await HostRunner.RunAsync(() => args.FirstOrDefault() switch
{
    "feed" => FeedHost.Build(args[1..]),
    "peer" => PeerHost.Build(args[1..]),
    _ => throw new ArgumentException("Usage: YiMaTong.Peers feed|peer --Section:Key=value ..."),
});
