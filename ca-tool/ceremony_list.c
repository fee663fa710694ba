/* SPDX-License-Identifier: Apache-2.0 */
#include "ceremony_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ceremony_signed.h"
#include "file.h"
#include "list_reference.h"
#include "list_url.h"
#include "planned.h"
#include "script.h"
#include "tnauthlist.h"

bool ceremony_list_check(const struct ceremony_list *list, const char *url, struct sti_error *err)
{
    char name[LIST_NAME_LENGTH + 1];
    if (url == NULL && list->der == NULL)
        return true;
    if (url == NULL || list->der == NULL)
        return sti_refuse(err, "RFC 8226 section 10.1",
                          url == NULL ? "there is a list by reference, and what will be signed "
                                        "names none"
                                      : "what will be signed names a list by reference, and there "
                                        "is none");
    return list_name(list->der, list->length, name, err) &&
           (strcmp(list_reference_name(url), name) == 0 ||
            sti_refuse(err, "RFC 8226 section 10.1",
                       "the list has the name %s, and what will be signed names another one: %s",
                       name, url));
}

/* The file has the digest that its name says. */
static bool is_itself(const char *path, const char *name, struct sti_error *err)
{
    char own[LIST_NAME_LENGTH + 1];
    uint8_t *octets = NULL;
    size_t length = 0;
    if (!file_read(path, TNAUTHLIST_MAX_OCTETS, &octets, &length, err))
        return false;
    bool ok = list_name(octets, length, own, err);
    free(octets);
    if (!ok || strcmp(own, name) == 0)
        return ok;
    sti_refuse(err, NULL,
               "is there already, and not the list that its name says: a ceremony "
               "overwrites nothing");
    return sti_error_in(err, path);
}

bool ceremony_list_gate(const struct ceremony_run *run, const struct plan_step *step,
                        struct sti_error *err)
{
    struct planned_facts facts;
    struct stat status;
    if (!planned_facts(&step->tbs, &facts, err))
        return false;
    bool ok = true;
    if (facts.list_url != NULL) {
        const char *name = list_reference_name(facts.list_url);
        char *path = ceremony_run_path(run, name);
        ok = path == NULL ? sti_fail(err, "no memory for the name of a file")
                          : lstat(path, &status) != 0 || is_itself(path, name, err);
        free(path);
    }
    planned_facts_free(&facts);
    return ok;
}

static void tell(const char *url)
{
    char text[LIST_REFERENCE_MAX_OCTETS + 80];
    snprintf(text, sizeof(text),
             "the list by reference; publish it as application/tnauthlist at %s", url);
    script_wrap(stdout, 2, text);
}

bool ceremony_list_write(struct ceremony_run *run, const struct plan_step *step,
                         const struct ceremony_list *list, const char *url, struct sti_error *err)
{
    char name[LIST_NAME_LENGTH + 1];
    uint8_t digest[PLAN_DIGEST_OCTETS];
    if (list->der == NULL)
        return true;
    if (!ceremony_list_check(list, url, err) || !list_name(list->der, list->length, name, err))
        return false;
    char *path = ceremony_run_path(run, name);
    if (path == NULL)
        return sti_fail(err, "no memory for the name of a file");
    tell(url);
    struct transcript_at at = ceremony_at(run, step);
    bool ok = ceremony_output(path, list->der, list->length, digest, err) &&
              transcript_output(run->transcript, &at, name, digest, (int64_t)list->length, err);
    free(path);
    return ok;
}
