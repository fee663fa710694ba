/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fuzz targets share. A target is one file with LLVMFuzzerTestOneInput(); scripts/fuzz
 * builds it with clang and libFuzzer, the tests build it with replay.c and run the seeds.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "tnauthlist.h"

/* The one function of a target; always returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

/* Stops the program, which the fuzzer takes as a find, unless the property holds. */
#define FUZZ_HOLDS(property) fuzz_holds((property), #property, __FILE__, __LINE__)
void fuzz_holds(bool holds, const char *property, const char *file, int line);

/* An error says what is wrong in a line of plain text. */
void fuzz_check_error(const struct sti_error *err);

/* The text of all entries, one a line; allocated with malloc. */
char *fuzz_print(const struct tnauthlist *list, size_t *length);

/* The list written anew from the text of its entries; allocated with malloc. */
uint8_t *fuzz_encode_again(const struct tnauthlist *list, size_t *length);

#endif
