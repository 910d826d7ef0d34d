using System.Collections.Immutable;
using Kamaelia.Axon.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kamaelia.Axon.Tests.Generators;

/// <summary>Compiles source text with the real Axon and runs the port generator over it.</summary>
internal static class GeneratorHarness
{
    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.Preview);

    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("Kamaelia", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(typeof(Component).Assembly.Location),
    ];

    /// <summary>A component's source: the usual usings and a body that ends at once.</summary>
    public static string Component(string ports, string header = "public sealed partial class Probe : Component")
        => $$"""
            using System;
            using System.Collections.Generic;
            using System.Threading;
            using Kamaelia.Axon;
            namespace Probes;
            {{header}}
            {
                {{ports}}
                protected override Run RunAsync(CancellationToken stop) => Run.Completed;
            }
            """;

    public static CSharpCompilation Compile(string source, string name = "Probes", params MetadataReference[] more)
        => CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(source, s_parse, path: "Probe.cs")],
            [.. s_references, .. more],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions:
                NullableContextOptions.Enable));

    public static GeneratorDriver Driver()
        => CSharpGeneratorDriver.Create(
            [new PortGenerator().AsSourceGenerator()],
            parseOptions: s_parse,
            driverOptions: new GeneratorDriverOptions(
                IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>The diagnostics of the generator, and what the compiler says of the result.</summary>
    public static GeneratedProbe Run(string source, params MetadataReference[] more)
    {
        Driver().RunGeneratorsAndUpdateCompilation(Compile(source, "Probes", more), out var output, out var problems);
        return new GeneratedProbe((CSharpCompilation)output, problems);
    }
}
