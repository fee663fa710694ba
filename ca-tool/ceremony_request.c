/* SPDX-License-Identifier: Apache-2.0 */
#include "ceremony_request.h"

#include <stdlib.h>
#include <string.h>

#include "file.h"

/* The words of `sti-ca issue` that count here. */
static const struct tool_command words = {
    .name = "issue",
    .options =
        {
            OPTION_BUNDLE,
            OPTION_PROFILE("none by default"),
        },
};

static bool judge(struct request *request, struct request_rules *rules, const struct config *config,
                  struct ledger *ledger, const char *path, const char *profile, int64_t now,
                  struct sti_error *err)
{
    const struct tool_arguments arguments = {.command = &words, .values = {path, profile}};
    if (!request_judge_alone(request, rules, &arguments, config, ledger, now, err))
        return false;
    const struct check *failure = checks_first_failure(request->checks);
    if (failure == NULL)
        return true;
    *err = failure->reason;
    return false;
}

bool ceremony_request_judge(struct request *request, struct request_rules *rules,
                            const struct config *config, struct ledger *ledger, const char *folder,
                            const char *bundle, const char *profile, int64_t now,
                            struct sti_error *err)
{
    char *path = file_beside(folder, bundle);
    memset(request, 0, sizeof(*request));
    memset(rules, 0, sizeof(*rules));
    if (path == NULL)
        return sti_fail(err, "no memory for the name of a file");
    bool ok = judge(request, rules, config, ledger, path, profile, now, err);
    free(path);
    return ok || sti_error_in(err, bundle);
}
