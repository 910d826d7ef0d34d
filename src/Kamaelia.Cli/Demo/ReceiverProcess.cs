using System.Diagnostics;

namespace Kamaelia.Cli.Demo;

/// <summary>This very program as a second process, told to receive.</summary>
internal sealed class ReceiverProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(20);
    private readonly Process _process;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private ReceiverReport _latest = new("starting", 0, 0, 0, 0);

    private ReceiverProcess(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    /// <summary>What it said last. Any thread.</summary>
    public ReceiverReport Latest => Volatile.Read(ref _latest);

    /// <summary>Starts it and waits until it listens; null if it ended instead, having said why on the standard
    /// error.</summary>
    public static async Task<ReceiverProcess?> StartAsync(DemoSettings settings, string path, bool isNative)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        // Started as `dotnet Kamaelia.Cli.dll`, the process is dotnet and needs that argument again.
        string self = Environment.GetCommandLineArgs()[0];
        if (System.IO.Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            start.ArgumentList.Add(self);
        string twin = isNative ? "native" : "managed";
        foreach (string argument in (string[])["demo-receive", settings.Group, settings.Interface, path, twin])
            start.ArgumentList.Add(argument);
        var receiver = new ReceiverProcess(Process.Start(start)!);
        await Task.WhenAny(receiver._ready.Task, receiver._reading, Task.Delay(s_startLimit));
        if (receiver._ready.Task.IsCompleted)
            return receiver;
        await receiver.DisposeAsync();
        return null;
    }

    /// <summary>Waits for its end, or asks for it after a while. True if it ended well.</summary>
    public async Task<bool> EndAsync(TimeSpan limit)
    {
        var exit = _process.WaitForExitAsync();
        if (await Task.WhenAny(exit, Task.Delay(limit)) != exit)
            _process.StandardInput.Close();
        if (await Task.WhenAny(exit, Task.Delay(limit)) != exit)
            return false;
        await _reading;
        return _process.ExitCode == ExitCodes.Done && Latest.State == "done";
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            Volatile.Write(ref _latest, ReceiverReport.FromJson(line));
            _ready.TrySetResult();
        }
    }
}
