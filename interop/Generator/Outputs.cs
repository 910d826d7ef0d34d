namespace Kamaelia.BindGen;

/// <summary>The files that are to be: written, or held against those on disk.</summary>
internal sealed class Outputs(string root)
{
    private const string MirrorFolder = "interop/Kamaelia.Interop/Generated";
    private const string CheckHeader = "native/src/abi/generated/kam_layout_check.h";
    private const string TestTable = "tests/Kamaelia.Interop.Tests/Generated/LayoutTable.cs";

    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);

    public static Outputs Make(string root)
    {
        var headers = HeaderReader.Read(Path.Combine(root, "native", "include"), "kamaelia");
        var rules = new LayoutRules(headers);
        foreach (var type in headers.SelectMany(header => header.Structs).Where(type => !type.IsOpaque))
            rules.Verify(type);
        var outputs = new Outputs(root);
        foreach (var header in headers)
            outputs._files[$"{MirrorFolder}/{header.Name}.cs"] = new CSharpEmitter(header).Emit();
        var layout = new LayoutEmitter(headers, rules);
        outputs._files[CheckHeader] = layout.EmitC();
        outputs._files[TestTable] = layout.EmitCSharp();
        return outputs;
    }

    /// <summary>Writes what differs and removes mirrors whose header is gone. Returns how many files changed.</summary>
    public int Write()
    {
        var changed = 0;
        foreach (var (path, text) in _files)
        {
            if (ReadOld(path) == text)
                continue;
            var full = Path.Combine(root, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, text);
            changed++;
        }
        foreach (var stale in Stale())
        {
            File.Delete(Path.Combine(root, stale));
            changed++;
        }
        return changed;
    }

    /// <summary>Says what a run would change, as a diff; true when there is nothing.</summary>
    public bool Check(TextWriter output)
    {
        var isFresh = true;
        foreach (var (path, text) in _files)
        {
            var old = ReadOld(path);
            if (old == text)
                continue;
            isFresh = false;
            output.WriteLine($"--- {path}{(old is null ? " (missing)" : "")}\n+++ {path} (from the headers)");
            TextDiff.Write(output, old ?? "", text);
        }
        foreach (var stale in Stale())
        {
            isFresh = false;
            output.WriteLine($"--- {stale}\n+++ (its header is gone)");
        }
        return isFresh;
    }

    // Line ends are git's business: a checkout with CRLF is as fresh as one without.
    private string? ReadOld(string path)
    {
        var full = Path.Combine(root, path);
        return File.Exists(full) ? File.ReadAllText(full).ReplaceLineEndings("\n") : null;
    }

    private List<string> Stale()
    {
        var folder = Path.Combine(root, MirrorFolder);
        if (!Directory.Exists(folder))
            return [];
        return Directory.GetFiles(folder, "*.cs").Select(file => $"{MirrorFolder}/{Path.GetFileName(file)}")
            .Where(path => !_files.ContainsKey(path)).ToList();
    }
}
