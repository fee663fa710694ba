/* SPDX-License-Identifier: Apache-2.0 */
#include "ceremony.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony_time.h"
#include "digest_words.h"
#include "file.h"
#include "qr.h"
#include "script.h"

const char *ceremony_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

bool ceremony_load(struct ceremony *ceremony, const char *path, struct sti_error *err)
{
    uint8_t *octets = NULL;
    size_t length = 0;
    memset(ceremony, 0, sizeof(*ceremony));
    ceremony->path = path;
    if (!file_folder(path, &ceremony->folder))
        return sti_fail(err, "no memory for the name of a folder");
    if (!file_read(path, PLAN_MAX_OCTETS, &octets, &length, err))
        return false;
    ceremony->plan = plan_read(octets, length, ceremony->digest, err);
    ceremony->length = (int64_t)length;
    free(octets);
    return ceremony->plan != NULL || sti_error_in(err, path);
}

void ceremony_free(struct ceremony *ceremony)
{
    plan_free(ceremony->plan);
    free(ceremony->folder);
    memset(ceremony, 0, sizeof(*ceremony));
}

void ceremony_print_hex(const uint8_t digest[PLAN_DIGEST_OCTETS])
{
    for (size_t i = 0; i < PLAN_DIGEST_OCTETS; i += 2)
        printf("%s%02X%02X%s", i % 16 == 0 ? "  " : " ", digest[i], digest[i + 1],
               i % 16 == 14 ? "\n" : "");
}

void ceremony_print_words(const uint8_t digest[PLAN_DIGEST_OCTETS])
{
    ceremony_print_hex(digest);
    for (size_t i = 0; i < PLAN_DIGEST_OCTETS; i++)
        printf(i % 4 == 0 ? "  %-13s" : i % 4 == 3 ? "%s\n" : "%-13s", digest_word(digest[i], i));
}

bool ceremony_print_digest(const uint8_t digest[PLAN_DIGEST_OCTETS], bool ascii,
                           struct sti_error *err)
{
    char hex[SCRIPT_HEX_TEXT];
    ceremony_print_words(digest);
    script_hex(digest, hex);
    char *code = qr_text(hex, ascii ? QR_ASCII : QR_SCREEN, err);
    if (code == NULL)
        return false;
    fputs(code, stdout);
    free(code);
    return true;
}

void ceremony_print(const struct ceremony *ceremony)
{
    const struct plan *plan = ceremony->plan;
    char begin[CEREMONY_TIME_TEXT];
    char end[CEREMONY_TIME_TEXT];
    ceremony_time_write(plan->window_begin, begin);
    ceremony_time_write(plan->window_end, end);
    printf("%s\n  kind       %s\n  window     %s to %s\n  approvals  %zu of:", plan->name,
           ceremony_kind_name(plan->kind), begin, end, plan->needed);
    for (size_t i = 0; i < plan->approver_count; i++)
        printf(" %s", plan->approvers[i].id);
    putchar('\n');
    for (size_t i = 0; i < plan->step_count; i++)
        if (plan->steps[i].action == PLAN_SIGN || plan->steps[i].action == PLAN_DESTROY) {
            printf("  step %s\n", plan->steps[i].id);
            script_wrap(stdout, 4, plan->steps[i].text);
        }
}
