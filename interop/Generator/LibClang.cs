using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kamaelia.BindGen;

// libclang's own structs and functions, under its own names (clang-c/Index.h). Only what the reader asks for.

internal unsafe struct CXString
{
    public void* Data;
    public uint PrivateFlags;
}

internal unsafe struct CXCursor
{
    public CursorKind Kind;
    public int Extra;
    public void* Data0;
    public void* Data1;
    public void* Data2;
}

internal unsafe struct CXType
{
    public TypeKind Kind;
    public void* Data0;
    public void* Data1;
}

internal unsafe struct CXSourceLocation
{
    public void* Data0;
    public void* Data1;
    public uint Offset;
}

internal unsafe struct CXSourceRange
{
    public void* Data0;
    public void* Data1;
    public uint Begin;
    public uint End;
}

internal unsafe struct CXToken
{
    public fixed uint Numbers[4];
    public void* Data;
}

internal unsafe struct CXUnsavedFile
{
    public byte* Name;
    public byte* Contents;
    public nuint Length;
}

internal enum CursorKind
{
    Struct = 2,
    Union = 3,
    Enum = 5,
    Field = 6,
    EnumConstant = 7,
    Function = 8,
    Variable = 9,
    Typedef = 20,
    PackedAttribute = 408,
    AlignedAttribute = 441,
    MacroDefinition = 501,
}

internal enum TypeKind
{
    Unexposed = 1,
    Void = 2,
    Bool = 3,
    CharUnsigned = 4,
    UChar = 5,
    UShort = 8,
    UInt = 9,
    ULong = 10,
    ULongLong = 11,
    CharSigned = 13,
    SChar = 14,
    Short = 16,
    Int = 17,
    Long = 18,
    LongLong = 19,
    Float = 21,
    Double = 22,
    Pointer = 101,
    Record = 105,
    Enum = 106,
    Typedef = 107,
    FunctionNoPrototype = 110,
    FunctionPrototype = 111,
    ConstantArray = 112,
    IncompleteArray = 114,
    Elaborated = 119,
    Atomic = 177,
}

internal static unsafe partial class LibClang
{
    public const string Library = "libclang";

    /// <summary>clang_parseTranslationUnit: keep the macro definitions as cursors.</summary>
    public const uint DetailedPreprocessingRecord = 1;

    /// <summary>clang_parseTranslationUnit: go on after a fatal error.</summary>
    public const uint KeepGoing = 0x200;

    [LibraryImport(Library)] public static partial CXString clang_getClangVersion();
    [LibraryImport(Library)] public static partial byte* clang_getCString(CXString text);
    [LibraryImport(Library)] public static partial void clang_disposeString(CXString text);
    [LibraryImport(Library)] public static partial nint clang_createIndex(int excludePch, int displayDiagnostics);
    [LibraryImport(Library)] public static partial void clang_disposeIndex(nint index);
    [LibraryImport(Library)] public static partial nint clang_parseTranslationUnit(
        nint index, byte* file, byte** arguments, int argumentCount, CXUnsavedFile* unsaved, uint unsavedCount,
        uint options);
    [LibraryImport(Library)] public static partial void clang_disposeTranslationUnit(nint unit);
    [LibraryImport(Library)] public static partial CXCursor clang_getTranslationUnitCursor(nint unit);
    [LibraryImport(Library)] public static partial uint clang_getNumDiagnostics(nint unit);
    [LibraryImport(Library)] public static partial nint clang_getDiagnostic(nint unit, uint index);
    [LibraryImport(Library)] public static partial uint clang_getDiagnosticSeverity(nint diagnostic);
    [LibraryImport(Library)] public static partial CXString clang_getDiagnosticSpelling(nint diagnostic);
    [LibraryImport(Library)] public static partial CXSourceLocation clang_getDiagnosticLocation(nint diagnostic);
    [LibraryImport(Library)] public static partial void clang_disposeDiagnostic(nint diagnostic);
    [LibraryImport(Library)] public static partial uint clang_visitChildren(
        CXCursor parent, delegate* unmanaged[Cdecl]<CXCursor, CXCursor, nint, int> visitor, nint data);

    [LibraryImport(Library)] public static partial CXString clang_getCursorSpelling(CXCursor cursor);
    [LibraryImport(Library)] public static partial CXString clang_Cursor_getRawCommentText(CXCursor cursor);
    [LibraryImport(Library)] public static partial CXSourceLocation clang_getCursorLocation(CXCursor cursor);
    [LibraryImport(Library)] public static partial CXSourceRange clang_getCursorExtent(CXCursor cursor);
    [LibraryImport(Library)] public static partial CXType clang_getCursorType(CXCursor cursor);
    [LibraryImport(Library)] public static partial int clang_isCursorDefinition(CXCursor cursor);
    [LibraryImport(Library)] public static partial int clang_Cursor_getNumArguments(CXCursor cursor);
    [LibraryImport(Library)] public static partial CXCursor clang_Cursor_getArgument(CXCursor cursor, uint index);
    [LibraryImport(Library)] public static partial uint clang_Cursor_isVariadic(CXCursor cursor);
    [LibraryImport(Library)] public static partial uint clang_Cursor_isFunctionInlined(CXCursor cursor);
    [LibraryImport(Library)] public static partial uint clang_Cursor_isMacroFunctionLike(CXCursor cursor);
    [LibraryImport(Library)] public static partial uint clang_Cursor_isBitField(CXCursor cursor);
    [LibraryImport(Library)] public static partial uint clang_Cursor_isAnonymous(CXCursor cursor);
    [LibraryImport(Library)] public static partial long clang_Cursor_getOffsetOfField(CXCursor cursor);
    [LibraryImport(Library)] public static partial long clang_getEnumConstantDeclValue(CXCursor cursor);

    [LibraryImport(Library)] public static partial CXString clang_getTypeSpelling(CXType type);
    [LibraryImport(Library)] public static partial CXType clang_getTypedefDeclUnderlyingType(CXCursor cursor);
    [LibraryImport(Library)] public static partial CXType clang_getPointeeType(CXType type);
    [LibraryImport(Library)] public static partial CXType clang_getResultType(CXType type);
    [LibraryImport(Library)] public static partial CXType clang_getCanonicalType(CXType type);
    [LibraryImport(Library)] public static partial CXType clang_Type_getNamedType(CXType type);
    [LibraryImport(Library)] public static partial int clang_getNumArgTypes(CXType type);
    [LibraryImport(Library)] public static partial CXType clang_getArgType(CXType type, uint index);
    [LibraryImport(Library)] public static partial uint clang_isFunctionTypeVariadic(CXType type);
    [LibraryImport(Library)] public static partial uint clang_isVolatileQualifiedType(CXType type);
    [LibraryImport(Library)] public static partial CXType clang_getArrayElementType(CXType type);
    [LibraryImport(Library)] public static partial long clang_getArraySize(CXType type);
    [LibraryImport(Library)] public static partial CXCursor clang_getTypeDeclaration(CXType type);
    [LibraryImport(Library)] public static partial long clang_Type_getSizeOf(CXType type);

    [LibraryImport(Library)] public static partial void clang_getExpansionLocation(
        CXSourceLocation location, nint* file, uint* line, uint* column, uint* offset);
    [LibraryImport(Library)] public static partial CXString clang_getFileName(nint file);
    [LibraryImport(Library)] public static partial void clang_tokenize(
        nint unit, CXSourceRange range, CXToken** tokens, uint* count);
    [LibraryImport(Library)] public static partial CXString clang_getTokenSpelling(nint unit, CXToken token);
    [LibraryImport(Library)] public static partial void clang_disposeTokens(nint unit, CXToken* tokens, uint count);

    [LibraryImport(Library)] public static partial nint clang_Cursor_Evaluate(CXCursor cursor);
    [LibraryImport(Library)] public static partial int clang_EvalResult_getKind(nint result);
    [LibraryImport(Library)] public static partial long clang_EvalResult_getAsLongLong(nint result);
    [LibraryImport(Library)] public static partial ulong clang_EvalResult_getAsUnsigned(nint result);
    [LibraryImport(Library)] public static partial double clang_EvalResult_getAsDouble(nint result);
    [LibraryImport(Library)] public static partial byte* clang_EvalResult_getAsStr(nint result);
    [LibraryImport(Library)] public static partial void clang_EvalResult_dispose(nint result);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Collect(CXCursor cursor, CXCursor parent, nint data)
    {
        ((List<CXCursor>)GCHandle.FromIntPtr(data).Target!).Add(cursor);
        return 1; // CXChildVisit_Continue: the next sibling, not into it.
    }

    public static List<CXCursor> Children(CXCursor parent)
    {
        var children = new List<CXCursor>();
        var handle = GCHandle.Alloc(children);
        _ = clang_visitChildren(parent, &Collect, GCHandle.ToIntPtr(handle));
        handle.Free();
        return children;
    }

    /// <summary>Copies the text and frees libclang's.</summary>
    public static string Take(CXString text)
    {
        var copy = Marshal.PtrToStringUTF8((nint)clang_getCString(text)) ?? "";
        clang_disposeString(text);
        return copy;
    }
}
