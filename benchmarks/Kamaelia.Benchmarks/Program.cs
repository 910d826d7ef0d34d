System.Console.Error.WriteLine("Kamaelia.Benchmarks: no benchmark yet");
return 2;
