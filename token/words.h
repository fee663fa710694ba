/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of the input as words of a sentence: short, and without control characters. */
#ifndef TOKEN_WORDS_H
#define TOKEN_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

/* A value, so that quote(...).text can stand in an argument list. */
struct quoted {
    char text[72];
};

/* The first octets of a text, and "..." if there are more. */
struct quoted quote(const char *text, size_t length);

/* A time as 2026-10-05T12:00:00Z, or the number if it is beyond what a calendar can say. */
struct quoted time_words(int64_t seconds);

/* A name, as in `C = US, CN = SHAKEN`; empty without memory. */
struct quoted name_words(const X509_NAME *name);

/* A certificate's subject. */
struct quoted subject_of(const X509 *certificate);

#endif
