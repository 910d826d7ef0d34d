using Kamaelia.BindGen;

namespace Kamaelia.Interop.Tests;

/// <summary>One run of the generator in this process.</summary>
internal sealed record GeneratorRun(int ExitCode, string Output, string Errors)
{
    public static GeneratorRun Of(params string[] arguments)
    {
        var output = new StringWriter();
        var errors = new StringWriter();
        var exitCode = CommandLine.Run(arguments, output, errors);
        if (exitCode == LibClangLoader.ExitNoLibClang)
            Assert.Ignore("skipped, because this machine has no libclang (apt install libclang1-14)");
        return new GeneratorRun(exitCode, output.ToString(), errors.ToString());
    }

    /// <summary>Runs it on a folder whose only header holds these lines, after an include of stdint.h.</summary>
    public static GeneratorRun OnHeader(TemporaryFolder folder, params string[] lines)
    {
        folder.File("native/include/kamaelia/trial.h", "#include <stdint.h>\n" + string.Join('\n', lines) + "\n");
        return Of("--root", folder.Path);
    }
}
