/* SPDX-License-Identifier: Apache-2.0 */
/* The files and folders of `sti-ca lint`, and the certificates in them. */
#ifndef CA_TOOL_LINT_FILES_H
#define CA_TOOL_LINT_FILES_H

#include "lint_report.h"

/*
 * Reports every certificate of a file, or of all files below a folder, in the folder's own order.
 * "-" is standard input. Only the certificates that are needed at once are in memory: one, and the
 * one that follows it in its file. What cannot be read is reported, and the run goes on.
 */
void lint_path(struct lint_report *report, const char *path);

#endif
