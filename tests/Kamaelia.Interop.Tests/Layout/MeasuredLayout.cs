using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Kamaelia.Interop.Tests;

/// <summary>A struct as the runtime lays it out: addresses are subtracted, no attribute is read.</summary>
internal static class MeasuredLayout
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private delegate int Measure();

    public static int SizeOf(Type type)
    {
        var method = new DynamicMethod("size", typeof(int), [], typeof(MeasuredLayout).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        il.Emit(OpCodes.Sizeof, type);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<Measure>()();
    }

    /// <summary>In the order of declaration, which is the metadata's.</summary>
    public static FieldInfo[] Fields(Type type) =>
        type.GetFields(Instance).OrderBy(field => field.MetadataToken).ToArray();

    public static int OffsetOf(FieldInfo field)
    {
        var method = new DynamicMethod("offset", typeof(int), [], typeof(MeasuredLayout).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        var local = il.DeclareLocal(field.DeclaringType!);
        il.Emit(OpCodes.Ldloca, local);
        il.Emit(OpCodes.Ldflda, field);
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Ldloca, local);
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Conv_I4);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<Measure>()();
    }

    /// <summary>How many values an initializer of the C struct takes: an array counts each element.</summary>
    public static int MemberCount(Type type) => Fields(type).Sum(field => ElementCount(field.FieldType));

    public static int ElementCount(Type type)
    {
        if (type.GetCustomAttribute<InlineArrayAttribute>() is { } array)
            return array.Length;
        return type.Name.EndsWith("_array", StringComparison.Ordinal) ? Fields(type).Length : 1;
    }
}
