using System.Runtime.InteropServices;
using System.Text;

namespace Kamaelia.BindGen;

/// <summary>One parse of all headers together, from a main file that exists in memory only.</summary>
internal sealed unsafe class ClangUnit : IDisposable
{
    private const uint SeverityError = 3;
    private const string MainFile = "kam_bindgen_main.c";

    private readonly nint _index;
    private readonly string _folder;
    private readonly List<nint> _texts = [];
    private nint _unit;

    /// <param name="folder">The include folder; paths in messages are relative to it.</param>
    /// <param name="mainText">The main file's text.</param>
    /// <param name="ignoreErrors">True for the constants' probe, where a declaration may fail by itself.</param>
    public ClangUnit(string folder, string mainText, bool ignoreErrors)
    {
        _folder = System.IO.Path.GetFullPath(folder);
        _index = LibClang.clang_createIndex(0, 0);
        Parse(mainText);
        if (!ignoreErrors)
            ThrowFirstError();
    }

    public nint Handle => _unit;

    public List<CXCursor> TopLevel() => LibClang.Children(LibClang.clang_getTranslationUnitCursor(_unit));

    private void Parse(string mainText)
    {
        // A fixed target and a stdint.h of our own: the same output on every machine, with no C library needed.
        string[] arguments =
        [
            "-xc", "-std=c11", "--target=x86_64-unknown-linux-gnu", "-nostdinc", "-fparse-all-comments",
            "-Wno-everything", "-I" + _folder,
        ];
        var unsaved = stackalloc CXUnsavedFile[2];
        unsaved[0] = Unsaved(System.IO.Path.Combine(_folder, MainFile), mainText);
        unsaved[1] = Unsaved(System.IO.Path.Combine(_folder, "stdint.h"), StdInt.Text);
        var pointers = stackalloc byte*[arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
            pointers[i] = (byte*)Text(arguments[i]);
        _unit = LibClang.clang_parseTranslationUnit(_index, unsaved[0].Name, pointers, arguments.Length, unsaved, 2,
            LibClang.DetailedPreprocessingRecord | LibClang.KeepGoing);
        if (_unit == 0)
            throw new InvalidOperationException($"libclang could not parse the headers in {_folder}");
    }

    private nint Text(string text)
    {
        var copy = Marshal.StringToCoTaskMemUTF8(text);
        _texts.Add(copy);
        return copy;
    }

    private CXUnsavedFile Unsaved(string name, string text) => new()
    {
        Name = (byte*)Text(name),
        Contents = (byte*)Text(text),
        Length = (nuint)Encoding.UTF8.GetByteCount(text),
    };

    private void ThrowFirstError()
    {
        for (uint i = 0; i < LibClang.clang_getNumDiagnostics(_unit); i++)
        {
            var diagnostic = LibClang.clang_getDiagnostic(_unit, i);
            var severity = LibClang.clang_getDiagnosticSeverity(diagnostic);
            var place = PlaceOf(LibClang.clang_getDiagnosticLocation(diagnostic));
            var text = LibClang.Take(LibClang.clang_getDiagnosticSpelling(diagnostic));
            LibClang.clang_disposeDiagnostic(diagnostic);
            if (severity >= SeverityError)
                throw new RefusedException(place, text);
        }
    }

    public Place PlaceOf(CXCursor cursor) => PlaceOf(LibClang.clang_getCursorLocation(cursor));

    private Place PlaceOf(CXSourceLocation location)
    {
        nint file = 0;
        uint line = 0;
        LibClang.clang_getExpansionLocation(location, &file, &line, null, null);
        if (file == 0)
            return new Place("", 0);
        var name = System.IO.Path.GetFullPath(LibClang.Take(LibClang.clang_getFileName(file)));
        return new Place(System.IO.Path.GetRelativePath(_folder, name).Replace('\\', '/'), (int)line);
    }

    /// <summary>The tokens of a cursor: of a macro its name, then its body.</summary>
    public List<string> Tokens(CXCursor cursor)
    {
        CXToken* tokens = null;
        uint count = 0;
        LibClang.clang_tokenize(_unit, LibClang.clang_getCursorExtent(cursor), &tokens, &count);
        var spellings = new List<string>();
        for (uint i = 0; i < count; i++)
            spellings.Add(LibClang.Take(LibClang.clang_getTokenSpelling(_unit, tokens[i])));
        LibClang.clang_disposeTokens(_unit, tokens, count);
        return spellings;
    }

    public void Dispose()
    {
        if (_unit != 0)
            LibClang.clang_disposeTranslationUnit(_unit);
        LibClang.clang_disposeIndex(_index);
        foreach (var text in _texts)
            Marshal.FreeCoTaskMem(text);
    }
}
