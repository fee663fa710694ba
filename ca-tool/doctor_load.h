/* SPDX-License-Identifier: Apache-2.0 */
/* Loading the provider as an openssl command would, where it can do no harm. */
#ifndef CA_TOOL_DOCTOR_LOAD_H
#define CA_TOOL_DOCTOR_LOAD_H

#include "doctor.h"

/*
 * In a child process: loads the configuration, and `module` as a provider once more to hear what
 * libcrypto keeps to itself (NULL: it is a CONF module), then makes and prints each extension. A
 * crash or a deadlock of what is loaded is a finding, too. sti-ca itself loads nothing.
 */
void doctor_load(struct doctor *doctor, const char *configuration, const char *module);

#endif
