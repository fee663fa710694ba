/* SPDX-License-Identifier: Apache-2.0 */
/* The names and the extension methods that libcrypto is taught, once per process. */
#ifndef PROVIDER_REGISTER_H
#define PROVIDER_REGISTER_H

#include <stdbool.h>

#include "sti_error.h"

/*
 * Registers the extensions of extension.h with their methods, the access method stirTNList
 * (1.3.6.1.5.5.7.48.14) and the SHAKEN certificate policies by name. Safe to call from several
 * threads and more than once: the work is done by the first call, later ones look whether it still
 * stands. On failure, now or then, err has a sentence that names the culprit; a name or a method
 * that was there before is found out before anything is registered. err must not be NULL.
 */
bool register_stir_objects(struct sti_error *err);

#endif
