/* The ground rules of the C ABI: visibility, status numbers, text, version. Every other header includes this one. */
#ifndef KAMAELIA_ABI_H
#define KAMAELIA_ABI_H

#include <stdint.h>

#if defined(_WIN32)
#define KAM_API __declspec(dllexport)
#elif defined(__GNUC__)
#define KAM_API __attribute__((visibility("default")))
#else
#define KAM_API
#endif

#ifdef __cplusplus
#define KAM_STATIC_ASSERT(condition, text) static_assert(condition, text)
extern "C" {
#else
#define KAM_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#endif

/* What an export does with an argument that means nothing: NULL, a number out of range, a struct_bytes too small, a
 * count of bytes without bytes is KAM_E_INVALID or KAM_E_ABI with a sentence in the caller's kam_error; an export that
 * returns nothing does nothing, one that returns a count returns 0. Want of memory is KAM_E_NO_MEMORY. Nothing is half
 * done then, and no exception leaves. Undefined is only what cannot be seen from inside: a pointer to what is freed, is
 * no such thing, or holds less than the count beside it says (destroying twice, slot tables shorter than slot_count, a
 * slot that still points at a destroyed instance), and a call from another thread than the one named. */

/* Grows with a change that old callers cannot live with (never yet); then a library refuses the caller. */
#define KAM_ABI_MAJOR 1u
/* Grows with every added export or late struct field. */
#define KAM_ABI_MINOR 0u

/* 0 done, > 0 not now, < 0 failed. The same numbers on every OS. */
typedef int32_t kam_status;

#define KAM_OK 0
#define KAM_AGAIN 1
#define KAM_E_INVALID -1       /* an argument or option is wrong: the error text says which */
#define KAM_E_NO_MEMORY -2
#define KAM_E_NOT_FOUND -3     /* no such component type, file, interface */
#define KAM_E_INTERNAL -4      /* an exception was caught at the fence: the error text says what */
#define KAM_E_ABI -5           /* the two sides were built against versions that do not fit */
#define KAM_E_IO -6            /* the operating system refused: the error text has its words */
#define KAM_E_UNSUPPORTED -7   /* not on this platform */
#define KAM_E_EXISTS -8

/* UTF-8 bytes and a count. Borrowed: valid as long as the struct that holds it says. */
typedef struct kam_text {
    const char *utf8;
    uint32_t bytes;
    uint32_t reserved;
} kam_text;

/* Where a call that fails leaves its sentence. The caller owns the buffer; bytes_out never exceeds capacity_bytes. NULL
 * for the struct or for utf8: no sentence is wanted. */
typedef struct kam_error {
    char *utf8;
    uint32_t capacity_bytes;
    uint32_t bytes_out;
} kam_error;

/* (KAM_ABI_MAJOR << 16) | KAM_ABI_MINOR of the library. Call it before anything else. */
KAM_API uint32_t kam_abi_version(void);

/* As this library was compiled, for the layout test: of each struct its size, how many values its initializer takes,
 * and the offset of each field, in the order of the generated KAM_LAYOUT_TABLE. Returns the count, writes at most
 * capacity. */
KAM_API uint32_t kam_layout_get(uint32_t *values, uint32_t capacity);

#ifdef __cplusplus
}
#endif
#endif
