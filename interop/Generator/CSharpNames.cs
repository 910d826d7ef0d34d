namespace Kamaelia.BindGen;

/// <summary>How C's types and names are written in C#.</summary>
internal static class CSharpNames
{
    private static readonly HashSet<string> s_keywords =
    [
        "as", "base", "checked", "event", "fixed", "in", "internal", "is", "lock", "namespace", "new", "null", "object",
        "operator", "out", "override", "params", "private", "protected", "public", "readonly", "ref", "string", "this",
        "using", "virtual",
    ];

    public static string Identifier(string name) => s_keywords.Contains(name) ? "@" + name : name;

    public static string Of(CType type) => type switch
    {
        Primitive primitive => primitive.CSharp,
        StructRef reference => reference.Name,
        Pointer { To: FunctionType function } => Of(function),
        Pointer pointer => Of(pointer.To) + "*",
        FixedArray array => Of(array.Of) + "*", // An array parameter is a pointer; fields never come here.
        FunctionType function => "delegate* unmanaged[Cdecl]<"
            + string.Join(", ", function.Arguments.Append(function.Result).Select(Of)) + ">",
        _ => throw new InvalidOperationException($"{type}"),
    };

    public static string Escape(string text) =>
        text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
