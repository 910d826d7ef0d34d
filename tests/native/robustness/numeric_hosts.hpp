// Random text as an address must never ask a name server: it would be slow, and nobody's business. Included once in a
// program, this stands before the C library's getaddrinfo and lets through only what needs no look-up.
#pragma once

#include <dlfcn.h>
#include <netdb.h>

extern "C" int getaddrinfo(const char *node, const char *service, const addrinfo *hints, addrinfo **found) {
    using function = int (*)(const char *, const char *, const addrinfo *, addrinfo **);
    static const auto real = reinterpret_cast<function>(dlsym(RTLD_NEXT, "getaddrinfo"));
    addrinfo numeric = hints ? *hints : addrinfo{};
    if (node) numeric.ai_flags |= AI_NUMERICHOST;
    return real(node, service, &numeric, found);
}
