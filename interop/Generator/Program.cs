System.Console.Error.WriteLine("Kamaelia.BindGen: no generator yet");
return 2;
