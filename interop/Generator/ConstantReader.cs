using System.Globalization;
using System.Runtime.InteropServices;

namespace Kamaelia.BindGen;

/// <summary>Lets the compiler say what a macro is worth: one probe variable each, in a second parse.</summary>
internal static unsafe class ConstantReader
{
    private const string Prefix = "kam_bindgen_probe_";

    public static void Evaluate(
        string folder, string includes, IReadOnlyList<Constant> macros, IReadOnlyList<Header> headers)
    {
        var probes = string.Concat(macros.Select(macro => $"const __auto_type {Prefix}{macro.Name} = {macro.Name};\n"));
        using var unit = new ClangUnit(folder, includes + probes, ignoreErrors: true);
        var variables = unit.TopLevel().Where(cursor => cursor.Kind == CursorKind.Variable)
            .ToDictionary(cursor => LibClang.Take(LibClang.clang_getCursorSpelling(cursor)));
        foreach (var macro in macros)
        {
            if (!variables.TryGetValue(Prefix + macro.Name, out var variable))
                throw new RefusedException(macro.Place, $"the macro '{macro.Name}' is no constant");
            headers.First(header => header.Path == macro.Place.File).Constants.Add(Read(macro, variable));
        }
        // Macros were appended behind enum constants: back into the order of the header.
        foreach (var header in headers)
        {
            var ordered = header.Constants.OrderBy(constant => constant.Place.Line).ToList();
            header.Constants.Clear();
            header.Constants.AddRange(ordered);
        }
    }

    private static Constant Read(Constant macro, CXCursor variable)
    {
        var type = LibClang.clang_getCanonicalType(LibClang.clang_getCursorType(variable));
        var value = LibClang.clang_Cursor_Evaluate(variable);
        if (value == 0)
            throw new RefusedException(macro.Place, $"the macro '{macro.Name}' is no constant expression");
        try
        {
            var signed = LibClang.clang_EvalResult_getAsLongLong(value).ToString(CultureInfo.InvariantCulture);
            var unsigned = LibClang.clang_EvalResult_getAsUnsigned(value).ToString(CultureInfo.InvariantCulture);
            var (csharp, text) = type.Kind switch
            {
                TypeKind.Int => ("int", signed),
                TypeKind.UInt => ("uint", unsigned),
                TypeKind.LongLong => ("long", signed),
                TypeKind.ULongLong => ("ulong", unsigned),
                TypeKind.Float or TypeKind.Double => ("double", Double(value)),
                TypeKind.Pointer => ("utf8", Text(value)),
                _ => throw new RefusedException(macro.Place, $"the macro '{macro.Name}' has a type whose size differs: "
                    + LibClang.Take(LibClang.clang_getTypeSpelling(type))),
            };
            return macro with { CSharpType = csharp, CSharpValue = text };
        }
        finally
        {
            LibClang.clang_EvalResult_dispose(value);
        }
    }

    private static string Double(nint value) =>
        LibClang.clang_EvalResult_getAsDouble(value).ToString("R", CultureInfo.InvariantCulture);

    private static string Text(nint value)
    {
        var text = Marshal.PtrToStringUTF8((nint)LibClang.clang_EvalResult_getAsStr(value)) ?? "";
        return "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";
    }
}
