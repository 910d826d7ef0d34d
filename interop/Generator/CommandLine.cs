namespace Kamaelia.BindGen;

/// <summary>The tool's command line. Exit codes: 0 done or fresh, 1 stale or refused, 2 usage, 69 no
/// libclang.</summary>
internal static class CommandLine
{
    private const string Help = """
        Kamaelia.BindGen: reads native/include/kamaelia/*.h through libclang and writes their C# mirror,
        its static assertions for the native build, and the names for the layout test.

          dotnet run --project interop/Generator [-- options]

          --check        write nothing; show what would change and exit 1 if something would
          --root FOLDER  the repository (default: the nearest folder above that holds native/include/kamaelia)
          --help         this text

        libclang is looked for as LIBCLANG_PATH says, then libclang-14 to -19, then libclang
        (Debian: apt install libclang1-14). Exit: 0 done or fresh, 1 stale or refused, 2 usage, 69 no libclang.
        """;

    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors)
    {
        var isCheck = false;
        string? root = null;
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--check":
                    isCheck = true;
                    break;
                case "--root" when i + 1 < arguments.Count:
                    root = arguments[++i];
                    break;
                case "--help" or "-h":
                    output.WriteLine(Help);
                    return 0;
                default:
                    errors.WriteLine($"'{arguments[i]}' is no option, or its value is missing\n\n{Help}");
                    return 2;
            }
        }
        root ??= FindRoot(Environment.CurrentDirectory) ?? FindRoot(AppContext.BaseDirectory);
        if (root is null || !Directory.Exists(HeaderFolder(root)))
        {
            errors.WriteLine($"no native/include/kamaelia {(root is null ? "in any folder above" : $"in {root}")}");
            return 2;
        }
        return Generate(root, isCheck, output, errors);
    }

    private static int Generate(string root, bool isCheck, TextWriter output, TextWriter errors)
    {
        if (!LibClangLoader.IsAvailable)
        {
            errors.WriteLine("libclang was not found. Tried: " + string.Join(", ", LibClangLoader.Candidates()));
            return LibClangLoader.ExitNoLibClang;
        }
        try
        {
            var outputs = Outputs.Make(root);
            if (isCheck)
            {
                if (outputs.Check(output))
                    return 0;
                errors.WriteLine("The generated files are not what the headers give: run "
                    + "`dotnet run --project interop/Generator`.");
                return 1;
            }
            output.WriteLine($"{outputs.Write()} files changed");
            return 0;
        }
        catch (RefusedException refused)
        {
            errors.WriteLine(refused.Message);
            return 1;
        }
    }

    private static string HeaderFolder(string root) => Path.Combine(root, "native", "include", "kamaelia");

    private static string? FindRoot(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
            if (Directory.Exists(HeaderFolder(folder.FullName)))
                return folder.FullName;
        return null;
    }
}
