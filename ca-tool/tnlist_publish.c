/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca tnlist publish`: a list under the name of its digest, and the CA's statement beside it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "interrupt.h"
#include "list_folder.h"
#include "list_url.h"
#include "load.h"
#include "signer.h"
#include "tnlist.h"
#include "tnlist_statement.h"

/* One run. */
struct publication {
    struct config *config;
    struct list_file list;
    struct list_statement statement;
    X509 *certificate; /* the intermediate's */
    char *list_path;   /* <sha256>.der in the folder */
    char *statement_path;
    struct file_out *list_out; /* NULL: the list is there already */
    struct file_out *statement_out;
};

/* The URL goes into the statement, so it is judged as that of a certificate is. */
static bool set_url(struct publication *publication, const char *base, const char *name,
                    struct sti_error *err)
{
    char *url = list_url(base, name, err);
    bool ok = url != NULL;
    if (ok && strlen(url) > LIST_STATEMENT_MAX_URL)
        ok = sti_refuse(err, NULL, "the list's URL has %zu octets, at most %d are stated",
                        strlen(url), LIST_STATEMENT_MAX_URL);
    if (ok)
        strcpy(publication->statement.url, url);
    free(url);
    return ok || sti_error_part(err, "--url");
}

/* Both files' names; both are known to be writable before the HSM is touched. */
static bool prepare_files(struct publication *publication, const struct tool_arguments *arguments,
                          struct sti_error *err)
{
    char name[LIST_NAME_LENGTH + 1];
    char statement_name[LIST_NAME_LENGTH + 2];
    const char *folder = tool_value(arguments, "out");
    const char *base = tool_value(arguments, "url");
    if (!list_name(publication->list.der, publication->list.der_length, name, err) ||
        (base != NULL && !set_url(publication, base, name, err)))
        return false;
    snprintf(statement_name, sizeof(statement_name), "%.*s.cose", (int)strcspn(name, "."), name);
    publication->statement_path = file_beside(folder, statement_name);
    if (publication->statement_path == NULL)
        return sti_fail(err, "no memory for a path");
    publication->statement_out =
        file_out_begin(publication->statement_path, tool_flag(arguments, "force"), err);
    if (publication->statement_out == NULL)
        return false;
    return list_folder_begin(folder, name, &publication->list.list, &publication->list_path,
                             &publication->list_out, err);
}

/* Everything that can be refused without the HSM. */
static bool prepare(struct publication *publication, const struct tool_arguments *arguments,
                    struct sti_error *err)
{
    publication->config = command_config(arguments, err);
    if (publication->config == NULL ||
        !list_file_read(arguments->positional, &publication->list, err))
        return false;
    if (!list_statement_of(&publication->statement, &publication->list.list, err) ||
        !prepare_files(publication, arguments, err))
        return false;
    const char *path = publication->config->intermediate.certificate;
    publication->statement.time = clock_now();
    publication->certificate = load_certificate(path, err);
    return publication->certificate != NULL &&
           (list_statement_check_time(&publication->statement, publication->certificate, err) ||
            sti_error_in(err, path));
}

static bool sign(struct publication *publication, uint8_t **octets, size_t *length,
                 struct sti_error *err)
{
    struct signer signer;
    const struct config *config = publication->config;
    if (!signer_open(&signer, config->intermediate.key, config->directory, err))
        return false;
    bool ok =
        signer_fits(&signer, publication->certificate, config->intermediate.certificate, err) &&
        interrupt_check(err);
    hsm_failure_forget();
    ok = ok && (list_statement_sign(&publication->statement, signer.key, octets, length, err) ||
                hsm_failure_blame(err));
    signer_close(&signer);
    return ok;
}

/* The list first: a statement of a list that is not there would be of no use. */
static bool write_files(struct publication *publication, const uint8_t *octets, size_t length,
                        struct sti_error *err)
{
    struct file_out *out = publication->list_out;
    publication->list_out = NULL;
    interrupt_say("the list may be in its folder, its statement is not yet");
    if (out != NULL &&
        !file_out_commit(out, publication->list.der, publication->list.der_length, err))
        return false;
    out = publication->statement_out;
    publication->statement_out = NULL;
    if (!file_out_commit(out, octets, length, err))
        return false;
    interrupt_say("%s and its list are written and whole", publication->statement_path);
    return true;
}

static bool tell(const struct tool_arguments *arguments, const struct publication *publication,
                 struct sti_error *err)
{
    if (!tool_flag(arguments, "json")) {
        printf("published\n");
        tnlist_statement_print(&publication->statement);
        printf("  list       %s\n  statement  %s\n", publication->list_path,
               publication->statement_path);
        return true;
    }
    json_t *json = tnlist_statement_json(&publication->statement);
    if (json != NULL) {
        json_object_set_new(json, "list_file", tool_json_text(publication->list_path));
        json_object_set_new(json, "statement_file", tool_json_text(publication->statement_path));
    }
    return tool_print_json(json, err);
}

static void clear(struct publication *publication)
{
    file_out_abandon(publication->list_out);
    file_out_abandon(publication->statement_out);
    free(publication->list_path);
    free(publication->statement_path);
    X509_free(publication->certificate);
    list_file_free(&publication->list);
    config_free(publication->config);
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct publication publication = {0};
    uint8_t *octets = NULL;
    size_t length = 0;
    interrupt_say("nothing was published");
    bool ok = prepare(&publication, arguments, err) && sign(&publication, &octets, &length, err) &&
              write_files(&publication, octets, length, err) && tell(arguments, &publication, err);
    free(octets);
    clear(&publication);
    return ok;
}

const struct tool_command command_tnlist_publish = {
    .name = "tnlist publish",
    .summary = "write a list under its digest, with a signed statement",
    .positional = "FILE",
    .about = "Writes the list that FILE holds into a folder as SHA256.der, and beside it as "
             "SHA256.cose a statement signed with the intermediate's key: the list's size, "
             "SHA-256 and entries, the time, and the URL if one is given (COSE_Sign1, RFC 9052). "
             "With it, `sti-ca tnlist verify` shows later that what a web server returns is what "
             "was approved. FILE " TNLIST_FILE,
    .options =
        {
            {"out", "DIR", "the folder that both files go into", true},
            {"url", "BASE-URL",
             "say in the statement that the list is published at\n"
             "BASE-URL + name (https only)",
             false},
            {"force", NULL, "overwrite a statement that exists; a list never is", false},
            OPTION_CONFIG,
            OPTION_JSON,
        },
    .ends_in_order = true,
    .run = run,
};
