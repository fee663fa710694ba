/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca ceremony plan`: from the reviewed file to the plan and the paper script. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony.h"
#include "ceremony_make.h"
#include "file.h"
#include "interrupt.h"
#include "script.h"

#define SUFFIX ".cnf"

/* What is written beside the ceremony file. */
enum output { OUT_PLAN, OUT_TEXT, OUT_HTML, OUTPUTS };
static const char *const suffixes[OUTPUTS] = {".plan", ".txt", ".html"};

struct outputs {
    char *paths[OUTPUTS];
    struct file_out *files[OUTPUTS];
};

/* Makes sure of all three before any work is done: none of them may be there. */
static bool outputs_begin(struct outputs *outputs, const char *path, struct sti_error *err)
{
    size_t length = strlen(path);
    if (length <= strlen(SUFFIX) || strcmp(path + length - strlen(SUFFIX), SUFFIX) != 0) {
        sti_error_set(err, STI_USAGE, NULL,
                      "the name of a ceremony file ends with .cnf; the plan and the script are "
                      "written beside it, as NAME.plan, NAME.txt and NAME.html");
        return sti_error_in(err, path);
    }
    for (int i = 0; i < OUTPUTS; i++) {
        if (asprintf(&outputs->paths[i], "%.*s%s", (int)(length - strlen(SUFFIX)), path,
                     suffixes[i]) < 0) {
            outputs->paths[i] = NULL;
            return sti_fail(err, "no memory for the name of a file");
        }
        outputs->files[i] = file_out_begin(outputs->paths[i], false, err);
        if (outputs->files[i] == NULL)
            return false;
    }
    return true;
}

static void outputs_end(struct outputs *outputs)
{
    for (int i = 0; i < OUTPUTS; i++) {
        file_out_abandon(outputs->files[i]);
        free(outputs->paths[i]);
    }
}

static bool commit(struct outputs *outputs, enum output which, const void *octets, size_t length,
                   struct sti_error *err)
{
    struct file_out *file = outputs->files[which];
    outputs->files[which] = NULL;
    return file_out_commit(file, octets, length, err);
}

/* The script first: a plan without its paper would be approved unread. */
static bool write_all(struct outputs *outputs, const struct plan *plan,
                      uint8_t digest[PLAN_DIGEST_OCTETS], struct sti_error *err)
{
    uint8_t *octets = NULL;
    size_t length = 0;
    if (!plan_write(plan, &octets, &length, digest, err))
        return false;
    char *text = script_text(plan, digest, err);
    char *html = text == NULL ? NULL : script_html(plan, digest, err);
    bool ok = html != NULL && interrupt_check(err) &&
              commit(outputs, OUT_TEXT, text, strlen(text), err) &&
              commit(outputs, OUT_HTML, html, strlen(html), err) &&
              commit(outputs, OUT_PLAN, octets, length, err);
    free(octets);
    free(text);
    free(html);
    return ok;
}

static bool tell(const struct outputs *outputs, struct plan *plan, const uint8_t *digest,
                 bool ascii, struct sti_error *err)
{
    struct ceremony ceremony = {.plan = plan};
    ceremony_print(&ceremony);
    printf("  plan       %s\n  script     %s, and %s to print\nthe digest of the plan\n",
           outputs->paths[OUT_PLAN], outputs->paths[OUT_TEXT], outputs->paths[OUT_HTML]);
    return ceremony_print_digest(digest, ascii, err);
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct outputs outputs = {{0}, {0}};
    struct plan *plan = NULL;
    uint8_t digest[PLAN_DIGEST_OCTETS];
    interrupt_say("no plan was written");
    struct config *config = command_config(arguments, err);
    bool ok = config != NULL && outputs_begin(&outputs, arguments->positional, err) &&
              ceremony_make(arguments->positional, config, &plan, err) &&
              write_all(&outputs, plan, digest, err);
    if (ok) {
        interrupt_say("the plan %s is written and whole", outputs.paths[OUT_PLAN]);
        ok = tell(&outputs, plan, digest, tool_flag(arguments, "ascii"), err);
    }
    outputs_end(&outputs);
    plan_free(plan);
    config_free(config);
    return ok;
}

const struct tool_command command_ceremony_plan = {
    .name = "ceremony plan",
    .summary = "make the plan of a ceremony, and its paper script",
    .positional = "FILE",
    .about =
        "Reads the ceremony file FILE (NAME.cnf) and all it names, judges it, fixes serial\n"
        "numbers and dates, and writes beside it the plan, NAME.plan: the exact octets of\n"
        "everything that will be signed, the digests of all inputs and of the profiles, who\n"
        "must approve. From the same data it writes the paper script, NAME.txt and NAME.html.\n"
        "Needs no HSM, and signs nothing. Next: `sti-ca ceremony rehearse`, then `sti-ca ceremony "
        "approve`.",
    .options = {OPTION_CONFIG, OPTION_ASCII},
    .ends_in_order = true,
    .run = run,
};
