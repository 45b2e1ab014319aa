using YiMaTong.GateProgram;

return await Invocation.RunAsync(args);
