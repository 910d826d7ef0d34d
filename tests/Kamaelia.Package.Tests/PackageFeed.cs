using System.Diagnostics;

namespace Kamaelia.Package.Tests;

/// <summary>The packages of this build in a folder of their own, and a place to use them from.</summary>
internal sealed class PackageFeed : IDisposable
{
    // Never published, so no cache and no registry has it.
    private const string Version = "0.1.0-packagetest";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kamaelia-packages-");

    public string ToolCommand => Path.Combine(_folder.FullName, "tool", "kamaelia");

    private string Consumer => Path.Combine(_folder.FullName, "consumer");

    public static PackageFeed Pack()
    {
        var feed = new PackageFeed();
        var built = new DirectoryInfo(AppContext.BaseDirectory);
        foreach (var project in new[]
        {
            "src/Kamaelia.Axon", "interop/Kamaelia.Interop", "src/Kamaelia", "src/Kamaelia.Simulation",
            "src/Kamaelia.Testing", "src/Kamaelia.Cli",
        })
        {
            feed.Dotnet(FindRoot(), "pack", project, "--no-build", "-c", built.Parent!.Name, "-v", "quiet",
                "-o", Path.Combine(feed._folder.FullName, "feed"), $"-p:Version={Version}");
        }
        feed.WriteConsumer();
        return feed;
    }

    /// <summary>Publishes the consumer with <paramref name="options"/> and returns what it prints.</summary>
    public string PublishAndRun(string name, params string[] options)
    {
        var output = Path.Combine(_folder.FullName, name);
        // Its own obj folder too: what one way of publishing leaves there must not help another.
        Dotnet(Consumer, ["publish", "-c", "Release", "-v", "quiet", "-o", output, $"-p:ObjName={name}/", .. options]);
        return Run(Path.Combine(output, "Consumer"), output);
    }

    public string BuildAndRun() => Dotnet(Consumer, "run", "-c", "Release", "-p:ObjName=run/");

    public void InstallTool() => Dotnet(Consumer, "tool", "install", "Kamaelia.Cli", "--version", Version,
        "--tool-path", Path.GetDirectoryName(ToolCommand)!);

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Runs a program and returns its stdout; an exit code other than 0 is a failure with all it
    /// said.</summary>
    public static string Run(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Set by the test runner for its own process, and wrong for an SDK that the child starts.
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment.Remove("MSBUILD_EXE_PATH");
        start.Environment.Remove("MSBuildExtensionsPath");
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero,
            $"{program} {string.Join(' ', arguments)}\n{output}\n{errors.Result}");
        return output;
    }

    private string Dotnet(string folder, params string[] arguments) => Run("dotnet", folder, arguments);

    private void WriteConsumer()
    {
        Directory.CreateDirectory(Consumer);
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Consumer", "Consumer.cs"),
            Path.Combine(Consumer, "Consumer.cs"));
        // Packages from here go to a folder of ours; what the machine has already is used from where it is.
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(home, ".nuget", "packages");
        Directory.CreateDirectory(cache);
        File.WriteAllText(Path.Combine(_folder.FullName, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <fallbackPackageFolders><add key="machine" value="{cache}" /></fallbackPackageFolders>
              <packageSources><add key="built" value="feed" /></packageSources>
            </configuration>
            """);
        File.WriteAllText(Path.Combine(Consumer, "Consumer.csproj"), $"""
            <Project>
              <PropertyGroup>
                <BaseIntermediateOutputPath>obj/$(ObjName)</BaseIntermediateOutputPath>
                <BaseOutputPath>bin/$(ObjName)</BaseOutputPath>
              </PropertyGroup>
              <Import Project="Sdk.props" Sdk="Microsoft.NET.Sdk" />
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
                <InvariantGlobalization>true</InvariantGlobalization>
                <EnableDefaultCompileItems>false</EnableDefaultCompileItems>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <Compile Include="Consumer.cs" />
                <PackageReference Include="Kamaelia" Version="{Version}" />
                <PackageReference Include="Kamaelia.Testing" Version="{Version}" />
              </ItemGroup>
              <Import Project="Sdk.targets" Sdk="Microsoft.NET.Sdk" />
            </Project>
            """);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Kamaelia.sln"))) { return folder.FullName; }
        }
        throw new InvalidOperationException($"No Kamaelia.sln above {AppContext.BaseDirectory}.");
    }
}
