/* SPDX-License-Identifier: Apache-2.0 */
#include "check_print.h"

#include <stdio.h>

#include "command.h"
#include "text.h"

/* Words that came from a request are shown without control characters. */
static void print_words(const char *label, const char *words)
{
    if (words[0] == '\0')
        return;
    printf("%26s%s ", "", label);
    text_print(stdout, words);
    putchar('\n');
}

static void print_reason(const char *label, const struct check *check)
{
    char reason[2048];
    sti_error_text(&check->reason, reason, sizeof(reason));
    print_words(label, reason);
}

/* Two lines and more for each check; all that has not passed says why. */
static void print_check(const struct check *check)
{
    static const char *const states[] = {
        [CHECK_PASSED] = "passed", [CHECK_FAILED] = "FAILED", [CHECK_NOT_APPLICABLE] = "n/a"};
    printf("%-6s  %-17s %s\n%26s%s\n", states[check->state], check->name, check->title, "",
           check->clause);
    print_words("found:", check->found);
    print_words("accepted:", check->accepted);
    if (check->state == CHECK_FAILED) {
        print_words("wanted:", check->wanted);
        print_reason("why:", check);
    } else if (check->state == CHECK_NOT_APPLICABLE) {
        print_reason("because", check);
    }
}

void check_print(const struct checks *checks)
{
    for (size_t i = 0; i < checks->count; i++)
        print_check(&checks->list[i]);
}

static json_t *check_json(const struct check *check)
{
    json_t *json = json_pack("{s:s, s:s, s:s, s:s}", "name", check->name, "title", check->title,
                             "clause", check->clause, "state", check_state_name(check->state));
    if (json != NULL && check->found[0] != '\0')
        json_object_set_new(json, "found", tool_json_text(check->found));
    if (json != NULL && check->wanted[0] != '\0')
        json_object_set_new(json, "wanted", tool_json_text(check->wanted));
    if (json != NULL && check->accepted[0] != '\0')
        json_object_set_new(json, "accepted", tool_json_text(check->accepted));
    if (json != NULL && check->state != CHECK_PASSED)
        json_object_set_new(json, "reason", tool_error_json(&check->reason));
    return json;
}

json_t *check_print_json(const struct checks *checks)
{
    json_t *json = json_array();
    for (size_t i = 0; i < checks->count; i++)
        json_array_append_new(json, check_json(&checks->list[i]));
    return json;
}
