using Kamaelia.Cli;

return await CommandTree.RunAsync(args);
