/* SPDX-License-Identifier: Apache-2.0 */
#include "lint_about.h"

#include <stdio.h>
#include <string.h>

#include "command.h"
#include "lint.h"

static json_t *lint_json(const struct lint *lint)
{
    char day[LINT_DAY_TEXT];
    lint_day_text(lint, day);
    return json_pack("{s:s, s:s, s:s, s:s}", "id", lint->id, "level",
                     lint_level_name(lint_level(lint)), "clause", lint->clause, "effective", day);
}

static bool print_lints_json(struct sti_error *err)
{
    json_t *lints = json_array();
    for (size_t i = 0; lints != NULL && i < lint_count(); i++)
        json_array_append_new(lints, lint_json(lint_at(i)));
    return tool_print_json(json_pack("{s:o}", "lints", lints), err);
}

bool lint_about_list(bool json, struct sti_error *err)
{
    if (json)
        return print_lints_json(err);
    for (size_t i = 0; i < lint_family_count(); i++) {
        const struct lint_family *family = lint_family_at(i);
        printf("%s%s\n", i == 0 ? "" : "\n", family->name);
        for (size_t j = 0; j < family->count; j++) {
            char day[LINT_DAY_TEXT];
            lint_day_text(&family->lints[j], day);
            printf("  %-47s %-7s %s  %s\n", family->lints[j].id,
                   lint_level_name(lint_level(&family->lints[j])), day, family->lints[j].title);
        }
    }
    return true;
}

static json_t *verifier_json(const struct lint_verifier *verifier)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", verifier->id, "verifier",
                     verifier->verifier, "stumbles", verifier->stumbles, "source", verifier->source,
                     "hint", verifier->hint);
}

static void print_verifier(const struct lint_verifier *verifier)
{
    printf("%s\n  %s: %s\n  source: %s\n  hint: %s\n", verifier->id, verifier->verifier,
           verifier->stumbles, verifier->source, verifier->hint);
}

bool lint_about_verifiers(bool json, struct sti_error *err)
{
    json_t *list = json ? json_array() : NULL;
    for (size_t i = 0; i < lint_verifier_count; i++) {
        if (!json)
            print_verifier(&lint_verifiers[i]);
        else if (list != NULL)
            json_array_append_new(list, verifier_json(&lint_verifiers[i]));
    }
    return !json || tool_print_json(json_pack("{s:o}", "verifiers", list), err);
}

static const struct lint_verifier *find_verifier(const char *id)
{
    for (size_t i = 0; i < lint_verifier_count; i++)
        if (strcmp(lint_verifiers[i].id, id) == 0)
            return &lint_verifiers[i];
    return NULL;
}

static bool explain_lint(const struct lint *lint, bool json, struct sti_error *err)
{
    char day[LINT_DAY_TEXT];
    lint_day_text(lint, day);
    if (json) {
        json_t *about = lint_json(lint);
        json_object_set_new(about, "title", json_string(lint->title));
        json_object_set_new(about, "hint", json_string(lint->hint));
        return tool_print_json(json_pack("{s:o}", "lint", about), err);
    }
    printf("%s\n  rule:   %s\n  clause: %s\n  level:  %s\n  counts for certificates that are valid "
           "from %s on\n  hint:   %s\n",
           lint->id, lint->title, lint->clause, lint_level_name(lint_level(lint)), day, lint->hint);
    return true;
}

bool lint_about_explain(const char *id, bool json, struct sti_error *err)
{
    const struct lint *lint = lint_find(id);
    if (lint != NULL)
        return explain_lint(lint, json, err);
    const struct lint_verifier *verifier = find_verifier(id);
    if (verifier == NULL)
        return sti_error_set(err, STI_USAGE, NULL,
                             "there is no lint %s; see `sti-ca lint --list` and `sti-ca lint "
                             "--verifiers`",
                             id);
    if (json)
        return tool_print_json(json_pack("{s:o}", "verifier", verifier_json(verifier)), err);
    print_verifier(verifier);
    return true;
}
