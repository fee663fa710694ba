/* SPDX-License-Identifier: Apache-2.0 */
#include "method_origin.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* A function's address as data. POSIX has the two of the same size. */
static const void *address_of(void (*function)(void))
{
    const void *address = NULL;
    memcpy(&address, &function, sizeof(address));
    return address;
}

/* The first function that a method has, of those that make it what it is. */
static const void *function_of(const X509V3_EXT_METHOD *method)
{
    void (*const functions[])(void) = {
        (void (*)(void))method->i2r, (void (*)(void))method->i2v, (void (*)(void))method->i2s,
        (void (*)(void))method->r2i, (void (*)(void))method->v2i, (void (*)(void))method->s2i,
        (void (*)(void))method->d2i,
    };
    for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
        if (functions[i] != NULL)
            return address_of(functions[i]);
    return NULL;
}

/* The usual way to a method of one's own without writing one: X509V3_EXT_add_alias(). */
static bool is_alias_of(const X509V3_EXT_METHOD *method, int nid)
{
    const X509V3_EXT_METHOD *other = X509V3_EXT_get_nid(nid);
    return other != NULL && method->it == other->it && method->i2s == other->i2s &&
           method->s2i == other->s2i && method->i2v == other->i2v && method->i2r == other->i2r;
}

void method_origin(const X509V3_EXT_METHOD *method, char *origin, size_t size)
{
    Dl_info file;
    const void *function = function_of(method);
    if (is_alias_of(method, NID_netscape_comment))
        snprintf(origin, size, "an alias of Netscape Comment, as libstirshaken makes one");
    else if (function != NULL && dladdr(function, &file) != 0 && file.dli_fname != NULL)
        snprintf(origin, size, "code in %s", file.dli_fname);
    else
        snprintf(origin, size, "code of an unknown file");
}
