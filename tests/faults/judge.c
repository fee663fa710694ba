/* SPDX-License-Identifier: Apache-2.0 */
#include "judge.h"

#include <dirent.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence.h"

__attribute__((format(printf, 2, 3))) static bool wrong(char why[WHY_MAX], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, WHY_MAX, format, arguments);
    va_end(arguments);
    return false;
}

static bool says(const struct ending *ending, const char *words)
{
    return strstr(ending->err, words) != NULL;
}

/* ---- how it ended, and what it said ---- */

static bool judge_end(const struct story *story, const struct ending *ending,
                      const struct blame *blame, char why[WHY_MAX])
{
    if (ending->signal == SIGALRM)
        return wrong(why, "it did not end within %d seconds", SECONDS_MAX);
    if (ending->signal != 0)
        return wrong(why, "it was ended by signal %d", ending->signal);
    if (ending->status == 0 && !blame->may_pass &&
        (blame->code[0] == '\0' || strstr(ending->out, blame->code) == NULL))
        return wrong(why, "it ended well and said nothing of the fault");
    if (ending->status == 0 && ending->err[0] != '\0')
        return wrong(why, "it ended well and complained");
    if (ending->status == 3 && blame->must_pass)
        return wrong(why, "the work was done, and it failed");
    /* Another answer changes the question, and then what was typed is the wrong word. */
    if (ending->status == 1 && blame->may_pass && story->answer != NULL)
        return true;
    if (ending->status != 0 && ending->status != 3)
        return wrong(why, "exit status %d", ending->status);
    return true;
}

/* One sentence on one line, which names the code; no half of a result on standard output. */
static bool judge_sentence(const struct ending *ending, const struct blame *blame,
                           char why[WHY_MAX])
{
    const char *end = strchr(ending->err, '\n');
    if (ending->status == 0)
        return true;
    if (strncmp(ending->err, "sti-ca: ", 8) != 0 || end == NULL || end[1] != '\0')
        return wrong(why, "standard error is not one sentence");
    if (blame->code[0] != '\0' && !says(ending, blame->code) &&
        (blame->also[0] == '\0' || !says(ending, blame->also)))
        return wrong(why, "the sentence does not name the code %s", blame->code);
    if (ending->out[0] != '\0')
        return wrong(why, "it failed, and there is a result on standard output");
    return true;
}

/* ---- what is true ---- */

static bool judge_files(const struct stage *stage, const struct story *story,
                        const struct ending *ending, char why[WHY_MAX])
{
    char before[FILES_MAX];
    char after[FILES_MAX];
    list_files(stage->world, ending->status == 0 ? NULL : story->out, before);
    list_files(stage->folder, NULL, after);
    /* The file of a run that ended well may be new to the world. */
    if (ending->status == 0 && story->out != NULL && strstr(before, story->out) == NULL)
        list_files(stage->folder, story->out, after);
    return strcmp(before, after) == 0 ||
           wrong(why, "the files are\n%s, and should be\n%s", after, before);
}

static bool judge_generated(const struct stage *stage, const struct ending *ending,
                            char why[WHY_MAX])
{
    unsigned privates = 0;
    unsigned publics = 0;
    count_keys(stage, NEW_KEY, &privates, &publics);
    if (ending->status == 0)
        return (privates == 1 && publics == 1) || wrong(why, "there is no new key");
    if (says(ending, "could NOT be destroyed"))
        return privates + publics > 0 || wrong(why, "there is nothing left to be destroyed");
    return privates + publics == 0 || says(ending, "cannot be seen") ||
           wrong(why, "%u private and %u public keys are left, unsaid", privates, publics);
}

static bool judge_destroyed(const struct stage *stage, const struct ending *ending,
                            char why[WHY_MAX])
{
    unsigned privates = 0;
    unsigned publics = 0;
    count_keys(stage, DOOMED_KEY, &privates, &publics);
    bool said_gone = ending->status == 0 || says(ending, " is destroyed; ") ||
                     says(ending, "does not show it any more");
    if (publics != 1)
        return wrong(why, "the public key is gone");
    if (said_gone || !says(ending, "cannot be seen"))
        return (privates == 0) == said_gone ||
               wrong(why, "the key is %s", privates == 0 ? "gone" : "still there");
    return true;
}

/* Issued means: in the ledger and in the file, the same, and verified with the issuer's key. */
static bool judge_issued(const struct stage *stage, const struct story *story,
                         const struct ending *ending, char why[WHY_MAX])
{
    struct record record;
    read_ledger(stage, &record);
    if (record.open_intents != 0)
        return wrong(why, "an intent is left open");
    if (ending->status == 0) {
        if (record.rows != 1 || record.issued != 1)
            return wrong(why, "%d rows in the ledger, %d issued", record.rows, record.issued);
        return verify_issued(stage, story, &record) ||
               wrong(why, "the certificate is not what the ledger has, or does not verify");
    }
    if (record.rows > 1 || record.issued != 0 || record.token_uses != 0)
        return wrong(why, "%d rows in the ledger, %d issued, %d uses of the token", record.rows,
                     record.issued, record.token_uses);
    /* The ledger's reason is the sentence. */
    return record.rows == 0 || says(ending, record.reason) ||
           wrong(why, "the ledger says: %s", record.reason);
}

bool judge(const struct stage *stage, const struct story *story, const struct blame *blame,
           const struct ending *ending, char why[WHY_MAX])
{
    if (!judge_end(story, ending, blame, why) || !judge_sentence(ending, blame, why) ||
        !judge_files(stage, story, ending, why))
        return false;
    switch (story->kind) {
    case GENERATES:
        return judge_generated(stage, ending, why);
    case DESTROYS:
        return judge_destroyed(stage, ending, why);
    case ISSUES:
        return judge_issued(stage, story, ending, why);
    case READS:
        break;
    }
    return true;
}
