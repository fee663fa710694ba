/* SPDX-License-Identifier: Apache-2.0 */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codes.h"

/* At every so many-th call: a device that goes away, and with FEW every fault. */
static const size_t onward_strides[] = {[FEW] = 20, [SOME] = 5, [ALL] = 1};
#define FEW_STRIDE 4
#define SOME_STRIDE 3 /* of the calls that only ask, and not for the first time */

void calls_read(struct calls *calls, const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        stop(path, "the run made no call");
    calls->count = 0;
    while (calls->count < CALLS_MAX && fscanf(file, "%39s %lu", calls->calls[calls->count].function,
                                              &calls->calls[calls->count].number) == 2)
        calls->count++;
    if (calls->count == CALLS_MAX || calls->count == 0)
        stop(path, "too many calls, or none");
    fclose(file);
}

/* `value` is the word behind the act; empty: none. */
static struct fault_case *add(struct cases *cases, size_t story, const char *function,
                              unsigned long number, const char *act, const char *value)
{
    if (cases->count == cases->room) {
        cases->room = cases->room == 0 ? 1024 : 2 * cases->room;
        cases->cases = realloc(cases->cases, cases->room * sizeof(*cases->cases));
        if (cases->cases == NULL)
            stop("cases", "out of memory");
    }
    struct fault_case *one = &cases->cases[cases->count++];
    memset(one, 0, sizeof(*one));
    one->story = story;
    snprintf(one->fault, sizeof(one->fault), "%s %lu %s %s", function, number, act, value);
    return one;
}

static void add_code(struct cases *cases, size_t story, const struct call *call, const char *act,
                     CK_RV code)
{
    char value[24];
    snprintf(value, sizeof(value), "0x%lx", code);
    struct fault_case *one = add(cases, story, call->function, call->number, act, value);
    one->blame.may_pass = code_is_answer(call->function, code);
    if (!one->blame.may_pass)
        snprintf(one->blame.code, sizeof(one->blame.code), "(%s)", value);
    /* A search that was not ended, and is found so by the next one. */
    if (strcmp(call->function, "C_FindObjectsFinal") == 0 && strcmp(act, "before") == 0)
        snprintf(one->blame.also, sizeof(one->blame.also), "(0x%lx)", CKR_OPERATION_ACTIVE);
    /* Of a token that is not the one that the URI names. */
    if (strcmp(call->function, "C_GetTokenInfo") == 0)
        one->blame.may_pass = true;
    /* libp11 from 0.4.13 on then takes another session. */
    if (strcmp(call->function, "C_GetSessionInfo") == 0)
        one->blame.may_pass = true;
    if (function_is_farewell(call->function))
        one->blame.may_pass = one->blame.must_pass = true;
}

/* What has an effect on the token, or on what the module remembers. */
static bool has_effect(const char *function)
{
    static const char *const functions[] = {"C_Initialize",     "C_OpenSession", "C_Login",
                                            "C_DestroyObject",  "C_SignInit",    "C_Sign",
                                            "C_GenerateKeyPair"};
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        if (strcmp(function, functions[i]) == 0)
            return true;
    }
    return false;
}

static bool is_tried(const struct call *call, size_t place, enum extent extent)
{
    if (extent == FEW)
        return place % FEW_STRIDE == 0;
    return extent == ALL || call->number == 1 || has_effect(call->function) ||
           place % SOME_STRIDE == 0;
}

/* Is this the first story with the function? */
static bool sweeps(struct cases *cases, size_t story, const struct codes *codes)
{
    size_t *by = &cases->swept[codes_index(codes)];
    if (*by == 0)
        *by = story + 1;
    return *by == story + 1;
}

static void add_call(struct cases *cases, size_t story, const struct call *call, enum extent extent)
{
    bool all = extent == ALL;
    const struct codes *codes = codes_of(call->function);
    if (codes == NULL)
        stop(call->function, "has no codes in the table; add them from PKCS#11 2.40");
    bool first = call->number == 1;
    bool sweep = extent == SOME && first && sweeps(cases, story, codes);
    for (size_t i = 0; codes->codes[i] != CKR_OK; i++) {
        if (all || i == 0 || sweep)
            add_code(cases, story, call, "before", codes->codes[i]);
        if (all || (i == 0 && (first || has_effect(call->function))))
            add_code(cases, story, call, "after", codes->codes[i]);
    }
    if (all && first) {
        struct fault_case *slow = add(cases, story, call->function, 1, "stall", "300");
        slow->blame.may_pass = slow->blame.must_pass = true;
    }
}

/* The number of the last call, counted from 1, that is not a farewell. */
static size_t last_work(const struct calls *calls)
{
    size_t last = calls->count;
    while (last > 0 && function_is_farewell(calls->calls[last - 1].function))
        last--;
    return last;
}

/* From one call on, nothing works any more: pulled out, or the session is lost. */
static void add_onward(struct cases *cases, size_t story, const struct calls *calls,
                       enum extent extent)
{
    static const char *const codes[] = {"0x32", "0xb3"};
    for (size_t i = 1; i <= calls->count; i += onward_strides[extent]) {
        for (size_t j = 0; j < (extent == ALL ? 2 : 1); j++) {
            struct fault_case *one = add(cases, story, "any", i, "onward", codes[j]);
            one->blame.may_pass = one->blame.must_pass = i > last_work(calls);
            snprintf(one->blame.code, sizeof(one->blame.code), "(%s)", codes[j]);
        }
    }
}

void cases_add(struct cases *cases, size_t story, const struct calls *calls, enum extent extent)
{
    static const char *const signatures[] = {"wrong", "short", "long", "empty"};
    for (size_t i = 0; i < calls->count; i++) {
        const struct call *call = &calls->calls[i];
        if (is_tried(call, i, extent))
            add_call(cases, story, call, extent);
        if (strcmp(call->function, "C_Sign") != 0)
            continue;
        for (size_t j = 0; j < sizeof(signatures) / sizeof(signatures[0]); j++)
            add(cases, story, "C_Sign", call->number, signatures[j], "");
    }
    add_onward(cases, story, calls, extent);
}
