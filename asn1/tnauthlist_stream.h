/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists that are larger than memory: text to DER and DER to text in one window of fixed size. The
 * same grammar and the same strictness as tnauthlist_parse() and tnauthlist_decode(); the limits of
 * tnauthlist.h on octets and entries do not apply, but the outer length must fit four octets.
 */
#ifndef TNAUTHLIST_STREAM_H
#define TNAUTHLIST_STREAM_H

#include "tnauthlist.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The window in octets: no entry, and no line with a comment, may be longer. A stream takes less
 * than eight windows of memory in all.
 */
#define TNAUTHLIST_STREAM_WINDOW ((size_t)256 * 1024)

/* The most octets that the entries of a streamed list may have: a length of four octets. */
#define TNAUTHLIST_STREAM_MAX_OCTETS UINT32_MAX

/*
 * Where octets come from: puts up to `room` of them into buf and says how many in *got; 0 means
 * there are no more. False with err filled if they cannot be read.
 */
typedef bool (*tnauthlist_source)(void *context, uint8_t *buf, size_t room, size_t *got,
                                  struct sti_error *err);

/* Where octets go to. False with err filled if they cannot be written. */
typedef bool (*tnauthlist_sink)(void *context, const uint8_t *octets, size_t length,
                                struct sti_error *err);

/* What a stream has seen. */
struct tnauthlist_totals {
    uint64_t entries;
    uint64_t octets; /* of the entries in DER, without the outer SEQUENCE's tag and length */
};

/*
 * Reads a list as text and writes its entries in DER, without the outer SEQUENCE: its length is
 * known only at the end, in *totals. So a file is read twice: first with a sink of NULL, which only
 * counts and checks; then, behind the header from tnauthlist_stream_header(), with the sink.
 * Refused as tnauthlist_parse() does, with line and column; a list without entries; an entry longer
 * than the window.
 */
bool tnauthlist_stream_encode(tnauthlist_source source, void *source_context, tnauthlist_sink sink,
                              void *sink_context, struct tnauthlist_totals *totals,
                              struct sti_error *err);

/* The most octets tnauthlist_stream_header() writes. */
#define TNAUTHLIST_STREAM_HEADER 6

/* Writes tag and length of the outer SEQUENCE for entries of `octets` octets; returns how many. */
size_t tnauthlist_stream_header(uint64_t octets, uint8_t header[TNAUTHLIST_STREAM_HEADER]);

/*
 * Reads a whole list in DER, strictly, and writes its text, one entry a line. A sink of NULL only
 * checks. Refused as tnauthlist_decode() does, with entry and byte; what stood before the fault may
 * have been written.
 */
bool tnauthlist_stream_decode(tnauthlist_source source, void *source_context, tnauthlist_sink sink,
                              void *sink_context, struct tnauthlist_totals *totals,
                              struct sti_error *err);

#ifdef __cplusplus
}
#endif

#endif
