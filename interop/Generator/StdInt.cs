namespace Kamaelia.BindGen;

/// <summary>The stdint.h that the headers see here, in memory only: what C11 7.20 asks for and the headers may
/// use.</summary>
internal static class StdInt
{
    /// <summary>The typedefs that are mapped by name, so that their canonical type (long on some targets) never
    /// shows.</summary>
    public static readonly Dictionary<string, string> CSharpNames = new()
    {
        ["int8_t"] = "sbyte", ["uint8_t"] = "byte", ["int16_t"] = "short", ["uint16_t"] = "ushort",
        ["int32_t"] = "int", ["uint32_t"] = "uint", ["int64_t"] = "long", ["uint64_t"] = "ulong",
        ["intptr_t"] = "nint", ["uintptr_t"] = "nuint",
    };

    public const string Text = """
        #ifndef KAM_BINDGEN_STDINT_H
        #define KAM_BINDGEN_STDINT_H
        typedef signed char int8_t;
        typedef unsigned char uint8_t;
        typedef short int16_t;
        typedef unsigned short uint16_t;
        typedef int int32_t;
        typedef unsigned int uint32_t;
        typedef long long int64_t;
        typedef unsigned long long uint64_t;
        typedef long long intptr_t;
        typedef unsigned long long uintptr_t;
        #define INT32_MAX 2147483647
        #define INT32_MIN (-INT32_MAX - 1)
        #define UINT8_MAX 255
        #define UINT16_MAX 65535
        #define UINT32_MAX 4294967295u
        #define INT64_MAX 9223372036854775807ll
        #define INT64_MIN (-INT64_MAX - 1)
        #define UINT64_MAX 18446744073709551615ull
        #define UINTPTR_MAX UINT64_MAX
        #define INT64_C(value) value##ll
        #define UINT64_C(value) value##ull
        #define UINT32_C(value) value##u
        #endif

        """;
}
