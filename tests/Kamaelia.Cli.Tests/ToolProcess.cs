using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Kamaelia.Cli.Tests;

/// <summary>The tool as its users run it: a process of its own, with a limit on its time.</summary>
internal sealed partial class ToolProcess : IDisposable
{
    public const int Interrupt = 2;
    public const int Terminate = 15;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly StringBuilder _error = new();
    private readonly StringBuilder _output = new();
    private readonly Task _reading;

    private ToolProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(
            ReadAsync(process.StandardOutput, _output), ReadAsync(process.StandardError, _error));
    }

    /// <summary>Where it runs: a new folder, so that relative names mean nothing of ours.</summary>
    public static string Folder { get; } = Directory.CreateTempSubdirectory("kamaelia-cli-tests-").FullName;

    /// <summary>The sample that lies beside the tool.</summary>
    public static string Sample { get; } = Path.Combine(AppContext.BaseDirectory, "sample.ts");

    public static ToolProcess Start(string[] arguments, string? input = null, string? native = null,
        params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Kamaelia.Cli.dll"));
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        if (native is not null)
            start.Environment["KAMAELIA_NATIVE"] = native;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Write(input ?? "");
        process.StandardInput.Close();
        return new ToolProcess(process);
    }

    public static Task<ToolResult> RunAsync(params string[] arguments) => RunAsync(arguments, null);

    public static async Task<ToolResult> RunAsync(string[] arguments, string? input, string? native = null,
        params (string Name, string Value)[] environment)
    {
        using var tool = Start(arguments, input, native, environment);
        return await tool.EndAsync();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<ToolResult> EndAsync()
    {
        using var limit = new CancellationTokenSource(s_limit);
        await _process.WaitForExitAsync(limit.Token);
        await _reading.WaitAsync(limit.Token);
        return new ToolResult(_process.ExitCode, SoFar(_output), SoFar(_error));
    }

    /// <summary>Waits until its standard error contains a text.</summary>
    public Task WaitForErrorAsync(string text) => WaitForAsync(_error, text);

    /// <summary>Waits until its standard output contains a text: something has come through the graph.</summary>
    public Task WaitForOutputAsync(string text) => WaitForAsync(_output, text);

    private async Task WaitForAsync(StringBuilder stream, string text)
    {
        var clock = Stopwatch.StartNew();
        while (!SoFar(stream).Contains(text, StringComparison.Ordinal))
        {
            Assert.That(clock.Elapsed, Is.LessThan(s_limit), $"'{text}' did not come; this did: {SoFar(stream)}");
            Assert.That(_process.HasExited && _reading.IsCompleted, Is.False, $"It ended: {SoFar(_error)}");
            await Task.Delay(20);
        }
    }

    public void Signal(int number) => Assert.That(Kill(_process.Id, number), Is.Zero);

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private static string SoFar(StringBuilder stream)
    {
        lock (stream)
            return stream.ToString();
    }

    private static async Task ReadAsync(StreamReader from, StringBuilder to)
    {
        char[] buffer = new char[4096];
        int count;
        while ((count = await from.ReadAsync(buffer)) > 0)
        {
            lock (to)
                to.Append(buffer, 0, count);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

/// <summary>What came of a run.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit code {ExitCode}\n--- stdout\n{Output}\n--- stderr\n{Error}";
}
