/* SPDX-License-Identifier: Apache-2.0 */
/* The files of `sti-ca verify`: certificates, lists, CRLs and the table of SPCs. */
#ifndef CA_TOOL_VERIFY_FILES_H
#define CA_TOOL_VERIFY_FILES_H

#include "command.h"
#include "list_file.h"
#include "path.h"

/* Start with all zero; free with verify_files_free(), also after a failure. */
struct verify_files {
    STACK_OF(X509) * own; /* of CERT's file: the certificate, then what leads to the anchor */
    STACK_OF(X509) * chain;
    STACK_OF(X509) * anchors;
    STACK_OF(X509_CRL) * crls;
    STACK_OF(X509) * crl_signers;
    STACK_OF(X509) * crl_anchors;
    struct list_file list_files[TOOL_MAX_REPEATED];
    struct path_list lists[TOOL_MAX_REPEATED];
    size_t list_count;
    char *urls[TOOL_MAX_REPEATED];
    uint8_t *table;
};

/*
 * Loads the files that the command line names and has the input point at them; the files must
 * outlive it.
 */
bool verify_files_load(struct verify_files *files, const struct tool_arguments *arguments,
                       struct path_input *input, struct sti_error *err);
void verify_files_free(struct verify_files *files);

#endif
