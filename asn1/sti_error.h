/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one error value of this project.
 *
 * Every function that can fail returns false (or NULL) and fills the struct sti_error passed as its
 * last argument; that pointer may be NULL when the caller does not want the reason. The value is
 * plain memory: nothing to free, safe to copy. It is printed once, by the command, never by a
 * library.
 */
#ifndef STI_ERROR_H
#define STI_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What kind of failure it is. The values are the exit statuses of the commands. */
enum sti_code {
    STI_OK = 0,
    STI_REFUSED = 1,     /* the input failed a check */
    STI_USAGE = 2,       /* the caller's words or configuration are wrong */
    STI_ENVIRONMENT = 3, /* HSM, file, database or memory failed */
};

/* "No byte offset is known": offset 0 is a place, so it cannot mean that. */
#define STI_NOWHERE SIZE_MAX

struct sti_error {
    enum sti_code code;
    char source[256]; /* the file, as the user named it; empty: not known here */
    char part[96]; /* the part of the file: "TNAuthList", "claim atc.fingerprint"; may be empty */
    size_t entry;  /* 1 is the first entry of a list; 0: not about one entry */
    size_t offset; /* octets from the start of the part; STI_NOWHERE: unknown */
    size_t line;   /* 1 is the first line of a text; 0: not about a text */
    size_t column; /* 1 is the first octet of the line; 0: unknown */
    char sentence[640]; /* what is wrong and what to do, without file, place and clause */
    const char *clause; /* "RFC 8226 section 9"; a string literal, or NULL */
};

#if defined(__GNUC__)
#define STI_PRINTF(at, first) __attribute__((format(printf, at, first)))
#else
#define STI_PRINTF(at, first)
#endif

/* Sets err to "nothing is wrong". err may be NULL. */
void sti_error_clear(struct sti_error *err);

/*
 * Starts a new error: clears err, then sets code, clause (a string literal or NULL) and the
 * sentence. Always returns false, so that a check can end with `return sti_error_set(...)`.
 */
bool sti_error_set(struct sti_error *err, enum sti_code code, const char *clause,
                   const char *format, ...) STI_PRINTF(4, 5);

/* sti_error_set() with STI_REFUSED: the input is at fault. */
bool sti_refuse(struct sti_error *err, const char *clause, const char *format, ...)
    STI_PRINTF(3, 4);

/* sti_error_set() with STI_ENVIRONMENT and no clause: the machine is at fault. */
bool sti_fail(struct sti_error *err, const char *format, ...) STI_PRINTF(2, 3);

/* Names the file of an error that has none yet, and returns false. Long names are cut. */
bool sti_error_in(struct sti_error *err, const char *source);

/* Names the part of the file of an error that has none yet, and returns false. */
bool sti_error_part(struct sti_error *err, const char *format, ...) STI_PRINTF(2, 3);

/*
 * Writes the whole error as one line without a line end:
 * `request.csr: TNAuthList entry 3 at byte 41: sentence (clause)`.
 * Control characters that came from the input, and octets that are not UTF-8, are written as \xHH.
 * Behaves like snprintf: returns the length the line has, and always ends buf with a NUL when size
 * > 0.
 */
size_t sti_error_text(const struct sti_error *err, char *buf, size_t size);

#ifdef __cplusplus
}
#endif

#endif
