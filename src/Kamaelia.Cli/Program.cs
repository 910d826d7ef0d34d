System.Console.Error.WriteLine("kamaelia: no command yet");
return 2;
