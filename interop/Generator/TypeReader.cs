namespace Kamaelia.BindGen;

/// <summary>Reads libclang's types, and refuses those whose C# twin could differ on some platform.</summary>
internal static class TypeReader
{
    public static CType Read(CXType type, Place place)
    {
        if (LibClang.clang_isVolatileQualifiedType(type) != 0)
            throw new RefusedException(place, "volatile has no mirror in C#: keep atomics out of the header's types");
        return type.Kind switch
        {
            TypeKind.Void => new Primitive("void"),
            TypeKind.UChar or TypeKind.CharSigned or TypeKind.CharUnsigned => new Primitive("byte"),
            TypeKind.SChar => new Primitive("sbyte"),
            TypeKind.Short => new Primitive("short"),
            TypeKind.UShort => new Primitive("ushort"),
            TypeKind.Int => new Primitive("int"),
            TypeKind.UInt => new Primitive("uint"),
            TypeKind.LongLong => new Primitive("long"),
            TypeKind.ULongLong => new Primitive("ulong"),
            TypeKind.Float => new Primitive("float"),
            TypeKind.Double => new Primitive("double"),
            TypeKind.Pointer => ReadPointer(LibClang.clang_getPointeeType(type), place),
            TypeKind.Record => ReadRecord(type, place),
            TypeKind.Typedef => ReadTypedef(type, place),
            TypeKind.Elaborated => Read(LibClang.clang_Type_getNamedType(type), place),
            TypeKind.FunctionPrototype => ReadFunction(type, place),
            TypeKind.ConstantArray => ReadArray(type, place),
            TypeKind.Unexposed => Read(LibClang.clang_getCanonicalType(type), place),
            _ => throw new RefusedException(place, Why(type)),
        };
    }

    private static string Why(CXType type)
    {
        var spelling = LibClang.Take(LibClang.clang_getTypeSpelling(type));
        return type.Kind switch
        {
            TypeKind.Long or TypeKind.ULong =>
                $"'{spelling}' is 4 bytes on Windows and 8 elsewhere: use int32_t or int64_t",
            TypeKind.Bool => "'bool' is not fixed to one byte by C: use uint8_t or uint32_t",
            TypeKind.Enum => $"'{spelling}': a C enum's size is the compiler's choice: use int32_t or uint32_t",
            TypeKind.FunctionNoPrototype => "a function without a prototype: write (void)",
            TypeKind.IncompleteArray => $"'{spelling}': an array without a size",
            TypeKind.Atomic => $"'{spelling}': keep atomics out of the header's types",
            _ => $"'{spelling}' (libclang's kind {(int)type.Kind}) has no safe mirror in C#",
        };
    }

    private static Pointer ReadPointer(CXType pointee, Place place) => new(Read(pointee, place));

    private static StructRef ReadRecord(CXType type, Place place)
    {
        var declaration = LibClang.clang_getTypeDeclaration(type);
        if (declaration.Kind == CursorKind.Union)
            throw new RefusedException(place, "a union: use separate fields");
        var name = LibClang.Take(LibClang.clang_getCursorSpelling(declaration));
        if (LibClang.clang_Cursor_isAnonymous(declaration) != 0 || name.Length == 0 || name.Contains('('))
            throw new RefusedException(place, "an anonymous struct: give it a name");
        return new StructRef(name);
    }

    private static CType ReadTypedef(CXType type, Place place)
    {
        var declaration = LibClang.clang_getTypeDeclaration(type);
        var name = LibClang.Take(LibClang.clang_getCursorSpelling(declaration));
        if (StdInt.CSharpNames.TryGetValue(name, out var csharp))
            return new Primitive(csharp);
        if (name is "size_t" or "ptrdiff_t" or "ssize_t")
            throw new RefusedException(place, $"'{name}' differs with the platform: use uint32_t or uint64_t");
        return Read(LibClang.clang_getTypedefDeclUnderlyingType(declaration), place);
    }

    private static FunctionType ReadFunction(CXType type, Place place)
    {
        if (LibClang.clang_isFunctionTypeVariadic(type) != 0)
            throw new RefusedException(place, "a variadic function cannot be called from C#");
        var arguments = new List<CType>();
        for (uint i = 0; i < LibClang.clang_getNumArgTypes(type); i++)
            arguments.Add(Read(LibClang.clang_getArgType(type, i), place));
        return new FunctionType(Read(LibClang.clang_getResultType(type), place), arguments);
    }

    private static FixedArray ReadArray(CXType type, Place place)
    {
        var element = Read(LibClang.clang_getArrayElementType(type), place);
        if (element is FixedArray)
            throw new RefusedException(place, "an array of arrays: use one array");
        return new FixedArray(element, checked((int)LibClang.clang_getArraySize(type)));
    }
}
