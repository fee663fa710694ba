/* SPDX-License-Identifier: Apache-2.0 */
/* The names and the extension method that libcrypto is taught, once per process. */
#ifndef PROVIDER_REGISTER_H
#define PROVIDER_REGISTER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Registers the extensions of extension.h with their methods, the access method stirTNList
 * (1.3.6.1.5.5.7.48.14) and the SHAKEN certificate policies by name. Safe to call from several
 * threads and more than once: the work is done by the first call. On failure, now or then, writes a
 * sentence that names the culprit.
 */
bool register_stir_objects(char *reason, size_t size);

#endif
