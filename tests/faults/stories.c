/* SPDX-License-Identifier: Apache-2.0 */
#include "stories.h"

/* Those that change most come first. In new-key.cnf the key of [root] is one that is not there yet.
 */
const struct story stories[] = {
    {.name = "issue",
     .kind = ISSUES,
     .arguments = {"issue", "--csr", "request.csr", "--token", "token.jwt", "--account-key",
                   "account.pem", "--out", "ee.pem"},
     .out = "ee.pem",
     .issuer = "intermediate.pem"},
    {.name = "key generate",
     .kind = GENERATES,
     .arguments = {"key", "generate", "root", "--config", "new-key.cnf"}},
    {.name = "key destroy",
     .kind = DESTROYS,
     .arguments = {"key", "destroy", DOOMED_KEY},
     .answer = DOOMED_KEY "\n"},
    {.name = "root",
     .kind = ISSUES,
     .arguments = {"root"},
     .out = "root.pem",
     .issuer = "root.pem"},
    {.name = "intermediate",
     .kind = ISSUES,
     .arguments = {"intermediate"},
     .out = "intermediate.pem",
     .issuer = "root.pem"},
    {.name = "key list", .kind = READS, .arguments = {"key", "list", "root"}},
    {.name = "key show", .kind = READS, .arguments = {"key", "show", "root"}},
};
const size_t story_count = sizeof(stories) / sizeof(stories[0]);
