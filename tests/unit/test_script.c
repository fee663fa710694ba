/* SPDX-License-Identifier: Apache-2.0 */
/* The paper script: all of the plan stands in it, and nothing that a page or a text cannot take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "digest_words.h"
#include "script.h"
#include "test_plan_kit.h"

static uint8_t digest[PLAN_DIGEST_OCTETS];

static char *made(char *(*make)(const struct plan *, const uint8_t *, struct sti_error *),
                  const char *text)
{
    struct plan *plan = kit_plan();
    struct sti_error err;
    if (text != NULL) {
        free(plan->steps[0].text);
        plan->steps[0].text = strdup(text);
    }
    for (size_t i = 0; i < sizeof(digest); i++)
        digest[i] = (uint8_t)(8 * i + 1);
    char *script = make(plan, digest, &err);
    if (script == NULL)
        fail_msg("%s", err.sentence);
    plan_free(plan);
    return script;
}

static void says(const char *script, const char *text)
{
    if (strstr(script, text) == NULL)
        fail_msg("the script does not say: %s", text);
}

static void says_all_of_the_plan(const char *script)
{
    static const char *const facts[] = {
        "A ceremony",
        "intermediate",
        "2026-12-01T09:00:00Z to 2026-12-01T17:00:00Z",
        "sti-ca 0",
        "a.transcript",
        "root.pem",
        "auditor",
        "witness",
        "operator",
        "intermediate.pem",
        "SHA-256 of 11 octets",
        "it is old",
        "time (UTC)",
        "initials",
        "Profiles that the certificates were made by",
        "shaken-intermediate",
        "C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5",
        "of whom 2 must approve",
        "0109 1119",
        "the clock of the machine",
        "serial number on the HSM",
    };
    for (size_t i = 0; i < sizeof(facts) / sizeof(*facts); i++)
        says(script, facts[i]);
    for (size_t i = 0; i < sizeof(digest); i++)
        says(script, digest_word(digest[i], i));
}

static void the_text_says_all_in_79_columns(void **state)
{
    (void)state;
    char *script = made(script_text, "A sentence that goes on and on, so that it has to be broken "
                                     "into lines somewhere, at a blank and not in a word, "
                                     "whichever width it has.");
    says_all_of_the_plan(script);
    says(script, "\n  1.  operator\n      A sentence that goes on");
    for (const char *line = script; *line != '\0'; line = strchr(line, '\n') + 1) {
        size_t columns = 0;
        for (const char *at = line; *at != '\n'; at++)
            columns += ((unsigned char)*at & 0xc0) != 0x80;
        assert_true(columns <= 79);
        assert_non_null(strchr(line, '\n'));
    }
    free(script);
}

static void the_page_says_all_and_needs_nothing_else(void **state)
{
    (void)state;
    char *script = made(script_html, "Say <b>\"A & B\"</b>.");
    says_all_of_the_plan(script);
    says(script, "Say &lt;b&gt;&quot;A &amp; B&quot;&lt;/b&gt;.");
    says(script, "<svg ");
    static const char *const absent[] = {"<script", "src=", "href=", "@import", "url(", "<link"};
    for (size_t i = 0; i < sizeof(absent) / sizeof(*absent); i++)
        assert_null(strstr(script, absent[i]));
    free(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_says_all_in_79_columns),
        cmocka_unit_test(the_page_says_all_and_needs_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
