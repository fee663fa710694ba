/* SPDX-License-Identifier: Apache-2.0 */
/* With what each function may fail, by PKCS#11 2.40. */
#ifndef TESTS_FAULTS_CODES_H
#define TESTS_FAULTS_CODES_H

#include <p11-kit/pkcs11.h>
#include <stdbool.h>
#include <stddef.h>

struct codes {
    const char *function;
    const char *section; /* of PKCS#11 Base Specification 2.40 */
    CK_RV codes[32];     /* ends with CKR_OK; the first stands for the others */
};

/* NULL: the tool calls a function that the table does not have yet. */
const struct codes *codes_of(const char *function);

/* The place of an entry in the table, less than 64. */
size_t codes_index(const struct codes *codes);

/*
 * A code that is an answer and no failure: the run may end well, or in a sentence that does not
 * name it.
 */
bool code_is_answer(const char *function, CK_RV code);

/* A call after the work, whose failure changes nothing: the run must end well. */
bool function_is_farewell(const char *function);

#endif
