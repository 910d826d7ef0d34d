using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Kamaelia.Catalogue;
using Kamaelia.Cli.Demo;
using Kamaelia.Interop;
using Kamaelia.Notation;

namespace Kamaelia.Cli.Commands;

/// <summary><c>kamaelia demo</c>: the main job on this machine: a file, paced by its own clock, by multicast to a
/// second
/// process and back into a file, native and managed; and what was lost on the way.</summary>
internal static class DemoCommand
{
    public static Command Make()
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "A transport stream with a clock (PCR); by default the sample that comes with the tool.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var speed = new Option<string>("--speed")
        {
            Description = "Times as fast as the stream's own clock, 0.01 to 1000.",
            HelpName = "N",
            DefaultValueFactory = _ => "1",
        };
        var group = new Option<string?>("--group")
        {
            Description = "Group and port; by default 239.255.42.42 and a free port.",
            HelpName = "ADDRESS",
        };
        var iface = new Option<string>("--iface")
        {
            Description = "Interface, by name or address.",
            HelpName = "IFACE",
            DefaultValueFactory = _ => "127.0.0.1",
        };
        var native = new Option<bool>("--native") { Description = "The native path only." };
        var managed = new Option<bool>("--managed") { Description = "The managed path only." };
        var command = new Command("demo", "Send a file by multicast on this machine and receive it, both ways.")
            { file, speed, group, iface, native, managed };
        command.SetAction((arguments, _) => RunAsync(new DemoSettings
        {
            Path = arguments.GetValue(file) ?? System.IO.Path.Combine(AppContext.BaseDirectory, "sample.ts"),
            Group = arguments.GetValue(group) ?? $"239.255.42.42:{FreePort()}",
            Interface = arguments.GetValue(iface)!,
            Speed = arguments.GetValue(speed)!,
        }, arguments.GetValue(native), arguments.GetValue(managed)));
        return command;
    }

    /// <summary>The hidden verb of the second process.</summary>
    public static Command MakeReceiver()
    {
        Argument<string>[] texts = [new("GROUP"), new("IFACE"), new("PATH"), new("TWIN")];
        var command = new Command("demo-receive", "The receiving process of the demo.") { Hidden = true };
        foreach (var text in texts)
            command.Add(text);
        command.SetAction((arguments, _) =>
        {
            string[] values = [.. texts.Select(text => arguments.GetValue(text)!)];
            var twin = values[3] == "native" ? Twin.Native : Twin.Managed;
            return DemoReceiver.RunAsync(values[0], values[1], values[2], twin);
        });
        return command;
    }

    private static async Task<int> RunAsync(DemoSettings settings, bool nativeOnly, bool managedOnly)
    {
        if (nativeOnly && managedOnly)
            return Refuse("--native and --managed exclude each other", ExitCodes.Usage);
        bool isNumber = double.TryParse(settings.Speed, CultureInfo.InvariantCulture, out double speed);
        if (!isNumber || speed is not (>= 0.01 and <= 1000))
            return Refuse("--speed is 0.01 to 1000", ExitCodes.Usage);
        if (!HostPort.TryParse(settings.Group, out _))
            return Refuse($"--group {settings.Group} is not an address such as 239.255.42.42:5004", ExitCodes.Usage);
        if (!File.Exists(settings.Path))
            return Refuse($"there is no file '{settings.Path}'", ExitCodes.ResourceUnavailable);
        if (!managedOnly && !NativeLibraryInfo.IsAvailable)
            return Refuse($"{NativeLibraryInfo.Error} (`kamaelia demo --managed` does without)", ExitCodes.Native);
        byte[] digest;
        await using (var file = File.OpenRead(settings.Path))
            digest = await SHA256.HashDataAsync(file);
        Terminal.Say($"{settings.Path}: {new FileInfo(settings.Path).Length} bytes to {settings.Group} through "
            + $"{settings.Interface}, {settings.Speed} times as fast as its own clock");
        var results = new List<DemoResult>();
        bool[] ways = nativeOnly ? [true] : managedOnly ? [false] : [true, false];
        foreach (bool isNative in ways)
        {
            var (result, code) = await new DemoRun(settings, isNative).RunAsync(digest);
            if (result is null)
                return code;
            results.Add(result);
        }
        DemoResult.Write(Console.Out, results, Convert.ToHexStringLower(digest));
        return results.TrueForAll(result => result.IsGood) ? ExitCodes.Done : ExitCodes.ExpectationFailed;
    }

    private static int Refuse(string message, int code)
    {
        Terminal.SayError(message);
        return code;
    }

    /// <summary>Free a moment ago: two demos at once do not hear each other.</summary>
    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
