namespace Kamaelia.BindGen;

/// <summary>A place in a header, as people and editors write it: file:line.</summary>
internal readonly record struct Place(string File, int Line)
{
    public override string ToString() => $"{File}:{Line}";
}

internal abstract record CType;

/// <summary>A number or void, under its C# name.</summary>
internal sealed record Primitive(string CSharp) : CType;

/// <summary>A struct by value, or what a pointer points to.</summary>
internal sealed record StructRef(string Name) : CType;

internal sealed record Pointer(CType To) : CType;

internal sealed record FixedArray(CType Of, int Count) : CType;

/// <summary>A function type; it only ever stands behind a pointer.</summary>
internal sealed record FunctionType(CType Result, IReadOnlyList<CType> Arguments) : CType;

internal sealed record Field(string Name, CType Type, long OffsetBytes, Place Place, string? Comment);

/// <summary>A struct. Without fields and size it is opaque: declared, never defined.</summary>
internal sealed record Struct(string Name, Place Place, string? Comment)
{
    public IReadOnlyList<Field> Fields { get; init; } = [];
    public long SizeBytes { get; init; }
    public bool IsOpaque { get; init; }
}

internal sealed record Constant(string Name, string CSharpType, string CSharpValue, Place Place, string? Comment)
{
    public bool IsText => CSharpType == "utf8";
}

internal sealed record Function(
    string Name, CType Result, IReadOnlyList<(string Name, CType Type)> Arguments, Place Place, string? Comment);

/// <summary>What one header declares, in the order it declares it.</summary>
internal sealed class Header(string name, string path)
{
    /// <summary>"ring" for ring.h.</summary>
    public string Name { get; } = name;

    /// <summary>As an include line wants it: kamaelia/ring.h.</summary>
    public string Path { get; } = path;

    public List<Struct> Structs { get; } = [];
    public List<Constant> Constants { get; } = [];
    public List<Function> Functions { get; } = [];
}
