using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kamaelia.Tidy.Tests;

/// <summary>What a component that is meant to be simulated must not use: it would see another clock, another thread or
/// another network than its graph's, or do something else at the next run. Found by meaning, not by text.</summary>
public static class SimulationGate
{
    /// <summary>A comment that begins so, on the line of a loop or above it, says why its order does not
    /// matter.</summary>
    public const string OrderMark = "// Any order:";

    private static readonly HashSet<string> s_types =
    [
        "System.Diagnostics.Stopwatch", "System.Threading.ThreadPool", "System.IO.File", "System.IO.Directory",
        "System.IO.RandomAccess", "System.Net.Dns", "System.Net.NetworkInformation.NetworkInterface",
        "System.Security.Cryptography.RandomNumberGenerator",
    ];

    private static readonly HashSet<string> s_members =
    [
        "System.DateTime.Now", "System.DateTime.UtcNow", "System.DateTime.Today", "System.DateTimeOffset.Now",
        "System.DateTimeOffset.UtcNow", "System.Environment.TickCount", "System.Environment.TickCount64",
        "System.TimeProvider.System", "System.Threading.Tasks.Task.Run", "System.Threading.Tasks.TaskFactory.StartNew",
        "System.Threading.Thread.Sleep", "System.Threading.Thread.SpinWait", "System.Threading.Thread.Yield",
        "System.Random.Shared", "System.Guid.NewGuid", "System.Guid.CreateVersion7",
        "System.Threading.CancellationTokenSource.CancelAfter",
    ];

    private static readonly HashSet<string> s_constructed =
    [
        "System.Random", "System.Threading.Thread", "System.Threading.Timer", "System.Net.Sockets.Socket",
        "System.Net.Sockets.TcpClient", "System.Net.Sockets.TcpListener", "System.Net.Sockets.UdpClient",
        "System.IO.FileStream",
    ];

    private static readonly HashSet<string> s_timed =
        ["System.Threading.Tasks.Task.Delay", "System.Threading.Tasks.Task.WaitAsync"];

    private static readonly HashSet<string> s_timedConstructed =
        ["System.Threading.CancellationTokenSource", "System.Threading.PeriodicTimer"];

    private static readonly HashSet<string> s_hashed =
    [
        "Dictionary", "HashSet", "ConcurrentDictionary", "ImmutableDictionary", "ImmutableHashSet", "FrozenDictionary",
        "FrozenSet", "KeyCollection", "ValueCollection", "IReadOnlySet", "ISet", "IReadOnlyDictionary", "IDictionary",
        "ConditionalWeakTable", "ConcurrentBag",
    ];

    private static readonly HashSet<string> s_orderless =
    [
        "Any", "All", "Count", "Sum", "Min", "Max", "Contains", "ToDictionary", "ToHashSet", "Order", "OrderBy",
        "OrderDescending", "OrderByDescending",
    ];

    /// <summary>What is wrong: the file, the line from 1, and what is used there.</summary>
    public sealed record Finding(string Path, int Line, string What)
    {
        public override string ToString() => $"{Path}:{Line}: {What}";
    }

    /// <summary>Reads these files as one program and looks at each.</summary>
    public static List<Finding> Check(IEnumerable<SourceFile> files)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        SyntaxTree[] trees = [.. files.Select(f => CSharpSyntaxTree.ParseText(f.Text, options, f.Path))];
        var compilation = CSharpCompilation.Create("gate", [.. trees, CSharpSyntaxTree.ParseText(Usings, options)],
            References(), new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        return [.. trees.SelectMany(tree => Check(tree, compilation.GetSemanticModel(tree)))];
    }

    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is var name && (name.StartsWith("System.", StringComparison.Ordinal)
                || name is "mscorlib.dll" or "netstandard.dll") && name != "System.Management.Automation.dll")
            .Select(p => MetadataReference.CreateFromFile(p));

    private static IEnumerable<Finding> Check(SyntaxTree tree, SemanticModel model)
    {
        foreach (var node in tree.GetRoot().DescendantNodes())
        {
            string? what = node switch
            {
                SimpleNameSyntax name => Used(model.GetSymbolInfo(name).Symbol),
                BaseObjectCreationExpressionSyntax made => Made(model.GetSymbolInfo(made).Symbol as IMethodSymbol),
                CommonForEachStatementSyntax loop when !HasOrderMark(loop) => Looped(model, loop.Expression),
                InvocationExpressionSyntax call when !HasOrderMark(call) => Queried(model, call),
                _ => null,
            };
            if (what != null) { yield return new Finding(tree.FilePath, node.LineIndex() + 1, what); }
        }
    }

    private static string? Used(ISymbol? symbol)
    {
        if (symbol?.ContainingType is not { } type || symbol is ITypeSymbol or IParameterSymbol) { return null; }
        string owner = type.OriginalDefinition.ToDisplayString(), member = $"{owner.Split('<')[0]}.{symbol.Name}";
        if (symbol is IMethodSymbol { MethodKind: MethodKind.Constructor }) { return null; }
        if (s_types.Contains(owner) || s_members.Contains(member)) { return member; }
        return s_timed.Contains(member) && symbol is IMethodSymbol method && IsTimedWithoutClock(method)
            ? $"{member} without a TimeProvider" : null;
    }

    private static string? Made(IMethodSymbol? constructor)
    {
        if (constructor?.ContainingType.ToDisplayString() is not { } type) { return null; }
        if (s_constructed.Contains(type)) { return $"new {type}"; }
        return s_timedConstructed.Contains(type) && IsTimedWithoutClock(constructor)
            ? $"new {type} without a TimeProvider" : null;
    }

    // A number of milliseconds is a time as well.
    private static bool IsTimedWithoutClock(IMethodSymbol method) =>
        method.Parameters.Any(p => p.Type.Name is "TimeSpan" or "Int32")
        && !method.Parameters.Any(p => p.Type.Name == "TimeProvider");

    private static string? Looped(SemanticModel model, ExpressionSyntax over) =>
        model.GetTypeInfo(over).Type is { } type && IsHashed(type) ? $"foreach over a {type.Name}" : null;

    private static string? Queried(SemanticModel model, InvocationExpressionSyntax call)
    {
        if (model.GetSymbolInfo(call).Symbol is not IMethodSymbol method
            || method.ContainingType?.ToDisplayString() != "System.Linq.Enumerable" || s_orderless.Contains(method.Name)
            || call.Expression is not MemberAccessExpressionSyntax access
            || model.GetTypeInfo(access.Expression).Type is not { } type || !IsHashed(type)
            || IsOrderedNext(call))
        {
            return null;
        }
        return $"{method.Name} over a {type.Name}";
    }

    // What is sorted or counted at the end of a chain of queries has no order on its way there.
    private static bool IsOrderedNext(InvocationExpressionSyntax call)
    {
        while (call.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax next } access)
        {
            if (s_orderless.Contains(access.Name.Identifier.Text)) { return true; }
            call = next;
        }
        return false;
    }

    private static bool IsHashed(ITypeSymbol type) => s_hashed.Contains(type.Name)
        && type.ContainingNamespace.ToDisplayString().StartsWith("System.", StringComparison.Ordinal)
        && type.ContainingType?.Name is null or not "SortedDictionary" and not "OrderedDictionary";

    private static bool HasOrderMark(SyntaxNode node)
    {
        var lines = node.SyntaxTree.GetText().Lines;
        int at = node.LineIndex();
        return Has(at) || (at > 0 && Has(at - 1));

        bool Has(int index) => lines[index].ToString().Contains(OrderMark, StringComparison.Ordinal);
    }
}
