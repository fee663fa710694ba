/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Octets as the JSON of a token: what is read is an object that is not too deep, and written and
 * read again it is the same; a refusal names a place inside the input.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz_world.h"
#include "jws.h"

/* The levels of objects and arrays; recursion ends because what is too deep was refused. */
static size_t depth_of(json_t *value)
{
    size_t deepest = 0;
    size_t index;
    const char *member;
    json_t *inner;
    json_object_foreach(value, member, inner)
    {
        size_t depth = depth_of(inner);
        deepest = depth > deepest ? depth : deepest;
    }
    json_array_foreach(value, index, inner)
    {
        size_t depth = depth_of(inner);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + (json_is_object(value) || json_is_array(value));
}

static void check_again(json_t *json)
{
    char *text = json_dumps(json, JSON_COMPACT);
    FUZZ_HOLDS(text != NULL);
    json_t *again =
        jws_json((const uint8_t *)text, strlen(text), "payload", "RFC 7519 section 4", NULL);
    FUZZ_HOLDS(again != NULL && json_equal(json, again));
    json_decref(again);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    struct sti_error err;
    json_t *json = jws_json(octets, length, "payload", "RFC 7519 section 4", &err);
    if (json == NULL) {
        fuzz_check_request_error(&err);
        FUZZ_HOLDS(strcmp(err.part, "payload") == 0);
        FUZZ_HOLDS(err.offset == STI_NOWHERE || err.offset <= length);
    } else {
        FUZZ_HOLDS(json_is_object(json) && depth_of(json) <= JWS_MAX_DEPTH);
        check_again(json);
    }
    json_decref(json);
    return 0;
}
