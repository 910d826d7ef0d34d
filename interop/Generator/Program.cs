using Kamaelia.BindGen;

return CommandLine.Run(args, Console.Out, Console.Error);
