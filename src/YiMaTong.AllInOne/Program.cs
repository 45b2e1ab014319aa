using YiMaTong.AllInOne;

return await Invocation.Command().Parse(args).InvokeAsync();
