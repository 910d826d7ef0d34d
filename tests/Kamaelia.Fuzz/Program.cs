using Kamaelia.Fuzz;
using Kamaelia.Fuzz.Engine;

// A replay needs no counted branches, and a debugger likes the library's own code better.
return args.Contains("--replay") || args.Contains("--list") ? FuzzCommand.Run(args) : Instrumented.Run(args);
