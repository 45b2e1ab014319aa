using Xunit.MicrosoftTestingPlatform;
using YiMaTong.Decode.Tests;
using YiMaTong.Decode.Tests.Decisions;

return JournalChild.IsMeant(args)
    ? await JournalChild.Run(args)
    : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
