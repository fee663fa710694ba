/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* Which of the bits a check lacks was to be given by which check. */
static const char *lacking_check(const struct checks *checks, unsigned lacking)
{
    for (unsigned bit = 0; bit < sizeof(checks->givers) / sizeof(*checks->givers); bit++)
        if ((lacking & 1u << bit) != 0 && checks->givers[bit] != NULL)
            return checks->givers[bit];
    return "a check that was not run";
}

static void note_giver(struct checks *checks, const struct check_row *row)
{
    for (unsigned bit = 0; bit < sizeof(checks->givers) / sizeof(*checks->givers); bit++)
        if ((row->gives & 1u << bit) != 0)
            checks->givers[bit] = row->name;
}

static void run_one(struct checks *checks, const struct check_row *row, void *context)
{
    struct check *check = &checks->list[checks->count++];
    *check = (struct check){.name = row->name, .title = row->title, .clause = row->clause};
    sti_error_clear(&check->reason);
    note_giver(checks, row);
    unsigned lacking = row->needs & ~checks->given;
    if (lacking != 0) {
        check_not_applicable(check, "not asked, because %s has not passed",
                             lacking_check(checks, lacking));
    } else if (row->run(context, check)) {
        checks->given |= row->gives;
    } else {
        check->state = CHECK_FAILED;
        checks->failed++;
    }
}

void checks_run(struct checks *checks, const struct check_row *rows, size_t count, void *context)
{
    assert(count <= CHECKS_MAX - checks->count);
    for (size_t i = 0; i < count; i++)
        run_one(checks, &rows[i], context);
}

static void put_words(char words[CHECK_WORDS], const char *format, va_list args)
{
    vsnprintf(words, CHECK_WORDS, format, args);
}

bool check_not_applicable(struct check *check, const char *format, ...)
{
    char why[sizeof(check->reason.sentence)];
    va_list args;
    va_start(args, format);
    vsnprintf(why, sizeof(why), format, args);
    va_end(args);
    check->state = CHECK_NOT_APPLICABLE;
    sti_error_set(&check->reason, STI_OK, NULL, "%s", why);
    return true;
}

void check_found(struct check *check, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_words(check->found, format, args);
    va_end(args);
}

void check_wanted(struct check *check, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_words(check->wanted, format, args);
    va_end(args);
}

void check_accepted(struct check *check, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_words(check->accepted, format, args);
    va_end(args);
}

bool checks_accepted(const struct checks *checks, char **text)
{
    size_t length = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &length);
    if (out == NULL)
        return false;
    for (size_t i = 0; i < checks->count; i++) {
        const struct check *check = &checks->list[i];
        if (check->state == CHECK_PASSED && check->accepted[0] != '\0')
            fprintf(out, "%s%s: %s", ftell(out) > 0 ? "; " : "", check->name, check->accepted);
    }
    bool ok = ferror(out) == 0;
    ok = fclose(out) == 0 && ok;
    if (ok && length > 0)
        return true;
    free(*text);
    *text = NULL;
    return ok;
}

const struct check *checks_first_failure(const struct checks *checks)
{
    for (size_t i = 0; i < checks->count; i++)
        if (checks->list[i].state == CHECK_FAILED)
            return &checks->list[i];
    return NULL;
}

const char *check_state_name(enum check_state state)
{
    static const char *const names[] = {
        [CHECK_PASSED] = "passed",
        [CHECK_FAILED] = "failed",
        [CHECK_NOT_APPLICABLE] = "not applicable",
    };
    return names[state];
}
