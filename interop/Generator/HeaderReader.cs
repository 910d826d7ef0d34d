namespace Kamaelia.BindGen;

/// <summary>Reads every header of a folder into the model, with types, sizes and offsets from the compiler.</summary>
internal sealed class HeaderReader
{
    private readonly ClangUnit _unit;
    private readonly string _folder;
    private readonly Dictionary<string, Header> _headers;
    private readonly HashSet<string> _defined = [];
    private readonly HashSet<string> _seen = [];
    private readonly List<Constant> _macros = [];

    private HeaderReader(ClangUnit unit, string folder, IReadOnlyList<Header> headers)
    {
        _unit = unit;
        _folder = folder;
        _headers = headers.ToDictionary(header => header.Path);
    }

    /// <param name="folder">The include folder, native/include.</param>
    /// <param name="subfolder">The headers' folder in it, kamaelia.</param>
    public static IReadOnlyList<Header> Read(string folder, string subfolder)
    {
        var headers = Directory.GetFiles(Path.Combine(folder, subfolder), "*.h")
            .Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .Select(file => new Header(Path.GetFileNameWithoutExtension(file)!, $"{subfolder}/{file}")).ToList();
        if (headers.Count == 0)
            throw new InvalidOperationException($"no header in {Path.Combine(folder, subfolder)}");
        var includes = string.Concat(headers.Select(header => $"#include \"{header.Path}\"\n"));
        using (var unit = new ClangUnit(folder, includes, ignoreErrors: false))
        {
            var reader = new HeaderReader(unit, folder, headers);
            reader.ReadAll();
            ConstantReader.Evaluate(folder, includes, reader._macros, headers);
        }
        return headers;
    }

    private void ReadAll()
    {
        var cursors = _unit.TopLevel();
        // Definitions first: a struct that is declared in one header and defined in another is not opaque.
        foreach (var cursor in cursors)
            if (cursor.Kind == CursorKind.Struct && LibClang.clang_isCursorDefinition(cursor) != 0)
                _defined.Add(Spelling(cursor));
        foreach (var cursor in cursors)
            if (_headers.TryGetValue(_unit.PlaceOf(cursor).File, out var header))
                ReadCursor(cursor, header);
    }

    private void ReadCursor(CXCursor cursor, Header header)
    {
        switch (cursor.Kind)
        {
            case CursorKind.Struct:
                ReadStruct(cursor, header);
                break;
            case CursorKind.Union:
                throw new RefusedException(_unit.PlaceOf(cursor), "a union: use separate fields");
            case CursorKind.Enum:
                ReadEnum(cursor, header);
                break;
            case CursorKind.Function when LibClang.clang_Cursor_isFunctionInlined(cursor) == 0:
                ReadFunction(cursor, header);
                break;
            case CursorKind.Variable:
                throw new RefusedException(_unit.PlaceOf(cursor), "a variable: export a function instead");
            case CursorKind.MacroDefinition:
                ReadMacro(cursor);
                break;
        }
    }

    private void ReadStruct(CXCursor cursor, Header header)
    {
        var name = Spelling(cursor);
        var place = _unit.PlaceOf(cursor);
        if (name.Length == 0 || name.Contains('(') || LibClang.clang_Cursor_isAnonymous(cursor) != 0)
            throw new RefusedException(place, "an anonymous struct: give it a name");
        var isDefinition = LibClang.clang_isCursorDefinition(cursor) != 0;
        if ((!isDefinition && _defined.Contains(name)) || !_seen.Add(name))
            return;
        var comment = Comment(cursor);
        if (!isDefinition)
        {
            header.Structs.Add(new Struct(name, place, comment) { IsOpaque = true });
            return;
        }
        header.Structs.Add(new Struct(name, place, comment)
        {
            Fields = LibClang.Children(cursor).Select(ReadMember).OfType<Field>().ToList(),
            SizeBytes = LibClang.clang_Type_getSizeOf(LibClang.clang_getCursorType(cursor)),
        });
    }

    private Field? ReadMember(CXCursor cursor)
    {
        var place = _unit.PlaceOf(cursor);
        switch (cursor.Kind)
        {
            case CursorKind.Field:
                break;
            case CursorKind.PackedAttribute:
                throw new RefusedException(place, "packed: .NET pads where C does, so keep to natural alignment");
            case CursorKind.AlignedAttribute:
                throw new RefusedException(place, "aligned: .NET knows no larger alignment than a field's own");
            case CursorKind.Union:
                throw new RefusedException(place, "a union inside a struct: use separate fields");
            case CursorKind.Struct or CursorKind.Enum:
                throw new RefusedException(place, "a type declared inside a struct: declare it by itself, with a name");
            default:
                return null;
        }
        if (LibClang.clang_Cursor_isBitField(cursor) != 0)
            throw new RefusedException(place,
                $"'{Spelling(cursor)}' is a bit-field, and where its bits lie is the compiler's");
        foreach (var child in LibClang.Children(cursor))
            if (child.Kind is CursorKind.AlignedAttribute or CursorKind.PackedAttribute)
                throw new RefusedException(place,
                    $"'{Spelling(cursor)}' is aligned or packed: keep to natural alignment");
        return new Field(Spelling(cursor), TypeReader.Read(LibClang.clang_getCursorType(cursor), place),
            LibClang.clang_Cursor_getOffsetOfField(cursor) / 8, place, Comment(cursor));
    }

    private void ReadEnum(CXCursor cursor, Header header)
    {
        foreach (var item in LibClang.Children(cursor).Where(child => child.Kind == CursorKind.EnumConstant))
        {
            var value = LibClang.clang_getEnumConstantDeclValue(item);
            var place = _unit.PlaceOf(item);
            if (value is < int.MinValue or > int.MaxValue)
                throw new RefusedException(place,
                    $"'{Spelling(item)}' is no int: C11 says that an enum constant is one");
            header.Constants.Add(new Constant(Spelling(item), "int", $"{value}", place, Comment(item)));
        }
    }

    private void ReadFunction(CXCursor cursor, Header header)
    {
        var place = _unit.PlaceOf(cursor);
        var type = TypeReader.Read(LibClang.clang_getCursorType(cursor), place);
        if (type is not FunctionType function)
            throw new RefusedException(place, $"'{Spelling(cursor)}' is no function type");
        var arguments = new List<(string, CType)>();
        for (var i = 0; i < function.Arguments.Count; i++)
        {
            var name = Spelling(LibClang.clang_Cursor_getArgument(cursor, (uint)i));
            arguments.Add((name.Length == 0 ? $"argument{i}" : name, function.Arguments[i]));
        }
        header.Functions.Add(new Function(Spelling(cursor), function.Result, arguments, place, Comment(cursor)));
    }

    private void ReadMacro(CXCursor cursor)
    {
        var tokens = _unit.Tokens(cursor);
        // KAM_API and its like are attributes, include guards have no body: neither has a value.
        if (LibClang.clang_Cursor_isMacroFunctionLike(cursor) != 0 || tokens.Count < 2
            || tokens[1].StartsWith("__", StringComparison.Ordinal))
            return;
        var place = _unit.PlaceOf(cursor);
        var lines = File.ReadAllLines(Path.Combine(_folder, place.File));
        _macros.Add(new Constant(tokens[0], "", "", place, Comments.OfMacro(lines, place.Line - 1)));
    }

    private static string Spelling(CXCursor cursor) => LibClang.Take(LibClang.clang_getCursorSpelling(cursor));

    private static string? Comment(CXCursor cursor) =>
        Comments.Clean(LibClang.Take(LibClang.clang_Cursor_getRawCommentText(cursor)));
}
