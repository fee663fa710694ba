/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which numbers an SPC stands for. No standard says it: a list that names an SPC leaves it open
 * (RFC 8226 section 9), and an operator who knows brings a table.
 */
#ifndef PKI_SPC_NUMBERS_H
#define PKI_SPC_NUMBERS_H

#include "tnset.h"

/* A table is refused above this size. */
#define SPC_NUMBERS_MAX_OCTETS ((size_t)256 * 1024 * 1024)

/*
 * Reads a table in CSV: the first line is `spc,first,last`, every other one an SPC and a range of
 * numbers, both ends included; an empty last, or one equal to first, is a single number. No quotes,
 * no blanks; lines end with LF or CR LF. All of it is checked; err names line and column.
 *
 * *numbers becomes the numbers of those SPCs that `list` has, octet for octet; the empty set if it
 * has none of the table's. Free with tnset_free().
 */
bool spc_numbers_read(const char *text, size_t length, const struct tnauthlist *list,
                      struct tnset *numbers, struct sti_error *err);

#endif
