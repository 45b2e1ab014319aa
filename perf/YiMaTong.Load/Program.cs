using YiMaTong.Load;

return await Commands.Run(args);
