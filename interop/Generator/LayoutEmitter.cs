using System.Text;

namespace Kamaelia.BindGen;

/// <summary>
/// Writes both halves of the layout check. In C: static assertions of what .NET's rules say, compiled in every native
/// build, and the table behind kam_layout_get. In C#: the same table's names, which the layout test walks.
/// </summary>
internal sealed class LayoutEmitter(IReadOnlyList<Header> headers, LayoutRules rules)
{
    private readonly List<Struct> _structs =
        headers.SelectMany(header => header.Structs).Where(type => !type.IsOpaque).ToList();

    public string EmitC()
    {
        var text = new StringBuilder();
        text.Append("/* Made by interop/Generator from native/include/kamaelia: do not edit.\n");
        text.Append(" * The sizes, offsets and values that the C# mirror has, by .NET's own layout rules: a mirror\n");
        text.Append(" * that does not fit fails this build, with any compiler and on any 64-bit platform. */\n");
        text.Append("#ifndef KAM_LAYOUT_CHECK_H\n#define KAM_LAYOUT_CHECK_H\n\n#include <stddef.h>\n");
        foreach (var header in headers)
            text.Append($"#include <{header.Path}>\n");
        foreach (var header in headers)
            EmitValues(text, header);
        foreach (var type in _structs)
            EmitAsserts(text, type);
        EmitTable(text);
        text.Append("\n#endif\n");
        return text.ToString();
    }

    private static void EmitValues(StringBuilder text, Header header)
    {
        var numbers = header.Constants.Where(constant => !constant.IsText).ToList();
        if (numbers.Count > 0)
            text.Append($"\n/* {header.Path} */\n");
        foreach (var constant in numbers)
        {
            var suffix = constant.CSharpType switch { "uint" => "u", "long" => "ll", "ulong" => "ull", _ => "" };
            EmitAssert(text, $"{constant.Name} == {constant.CSharpValue}{suffix}", constant.Name);
        }
    }

    private void EmitAsserts(StringBuilder text, Struct type)
    {
        text.Append('\n');
        EmitAssert(text, $"sizeof({type.Name}) == {rules.SizeOf(type)}", type.Name);
        foreach (var (field, offset) in rules.OffsetsOf(type))
            EmitAssert(text, $"offsetof({type.Name}, {field.Name}) == {offset}", $"{type.Name}.{field.Name}");
    }

    private static void EmitAssert(StringBuilder text, string condition, string what) =>
        text.Append($"KAM_STATIC_ASSERT({condition}, \"{what}\");\n");

    private void EmitTable(StringBuilder text)
    {
        text.Append("\n/* Every struct with the number of values its initializer takes, then its fields: what\n");
        text.Append(" * kam_layout_get reports. */\n");
        text.Append("#define KAM_LAYOUT_TABLE(STRUCT, FIELD)");
        foreach (var type in _structs)
        {
            text.Append($" \\\n    STRUCT({type.Name}, {LayoutRules.MemberCount(type)})");
            foreach (var field in type.Fields)
                text.Append($" \\\n    FIELD({type.Name}, {field.Name})");
        }
        text.Append('\n');
    }

    public string EmitCSharp()
    {
        var text = new StringBuilder(CSharpEmitter.Banner("native/include/kamaelia"));
        text.Append($"using {CSharpEmitter.Namespace};\n\nnamespace Kamaelia.Interop.Tests;\n\n");
        text.Append("/// <summary>The structs and fields, in the order of kam_layout_get's report.</summary>\n");
        text.Append("internal static class LayoutTable\n{\n");
        text.Append("    public static readonly (Type Type, string[] Fields)[] Structs =\n    [\n");
        foreach (var type in _structs)
        {
            var fields = string.Join(", ", type.Fields.Select(field => $"\"{field.Name}\""));
            text.Append($"        (typeof({type.Name}), [{fields}]),\n");
        }
        text.Append("    ];\n}\n");
        return text.ToString();
    }
}
