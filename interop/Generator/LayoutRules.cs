namespace Kamaelia.BindGen;

/// <summary>
/// Where .NET puts the fields of a sequential blittable struct on a 64-bit platform: each at the next multiple of its
/// own alignment. Worked out without asking clang, so that the two can be held against each other.
/// </summary>
internal sealed class LayoutRules
{
    private readonly Dictionary<string, Struct> _structs;

    public LayoutRules(IEnumerable<Header> headers) =>
        _structs = headers.SelectMany(header => header.Structs).ToDictionary(type => type.Name);

    public long SizeOf(Struct type) => Measure(type).Size;

    public IEnumerable<(Field Field, long Offset)> OffsetsOf(Struct type)
    {
        long at = 0;
        foreach (var field in type.Fields)
        {
            var (size, alignment) = Measure(field.Type, field.Place);
            at = RoundUp(at, alignment);
            yield return (field, at);
            at += size;
        }
    }

    /// <summary>How many values an initializer list of it takes: arrays count each element, structs count as
    /// one.</summary>
    public static int MemberCount(Struct type) =>
        type.Fields.Sum(field => field.Type is FixedArray array ? array.Count : 1);

    /// <summary>Refuses a struct that the compiler lays out differently.</summary>
    public void Verify(Struct type)
    {
        foreach (var (field, offset) in OffsetsOf(type))
            if (offset != field.OffsetBytes)
                throw new RefusedException(field.Place,
                    $"'{type.Name}.{field.Name}' lies at {field.OffsetBytes} in C and would lie at {offset} in .NET");
        if (SizeOf(type) != type.SizeBytes)
            throw new RefusedException(type.Place, $"'{type.Name}' has {type.SizeBytes} bytes in C and would have "
                + $"{SizeOf(type)} in .NET");
    }

    private (long Size, long Alignment) Measure(Struct type)
    {
        long at = 0;
        long largest = 1;
        foreach (var field in type.Fields)
        {
            var (size, alignment) = Measure(field.Type, field.Place);
            at = RoundUp(at, alignment) + size;
            largest = Math.Max(largest, alignment);
        }
        return (RoundUp(at, largest), largest);
    }

    private (long Size, long Alignment) Measure(CType type, Place place) => type switch
    {
        Pointer => (8, 8),
        Primitive { CSharp: "byte" or "sbyte" } => (1, 1),
        Primitive { CSharp: "short" or "ushort" } => (2, 2),
        Primitive { CSharp: "int" or "uint" or "float" } => (4, 4),
        Primitive { CSharp: "long" or "ulong" or "double" or "nint" or "nuint" } => (8, 8),
        FixedArray array => MeasureArray(array, place),
        StructRef held when _structs.TryGetValue(held.Name, out var known) && !known.IsOpaque => Measure(known),
        StructRef reference => throw new RefusedException(place, $"'{reference.Name}' is opaque: hold it by pointer"),
        _ => throw new RefusedException(place, $"{type} has no size"),
    };

    private (long Size, long Alignment) MeasureArray(FixedArray array, Place place)
    {
        var (size, alignment) = Measure(array.Of, place);
        return (size * array.Count, alignment);
    }

    private static long RoundUp(long value, long alignment) => (value + alignment - 1) / alignment * alignment;
}
