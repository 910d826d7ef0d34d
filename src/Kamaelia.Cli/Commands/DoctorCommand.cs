using System.CommandLine;

namespace Kamaelia.Cli.Commands;

/// <summary><c>kamaelia doctor</c>: what this machine has and lacks, each line with what to do.</summary>
internal static class DoctorCommand
{
    public static Command Make()
    {
        var command = new Command("doctor", "Check this machine: native library, kernel limits, multicast, tools.");
        command.SetAction((_, stop) => RunAsync(stop));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken stop)
    {
        foreach (var finding in await Doctor.ExamineAsync(stop))
        {
            string mark = finding.IsGood ? "OK  " : "WARN";
            await Console.Out.WriteLineAsync($"{mark}  {finding.Subject}: {finding.Text}");
        }
        return ExitCodes.Done;
    }
}
