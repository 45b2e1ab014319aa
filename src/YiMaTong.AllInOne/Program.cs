using YiMaTong.AllInOne;

return await Invocation.RunAsync(args);
