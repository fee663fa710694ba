/* SPDX-License-Identifier: Apache-2.0 */
#include "transcript_last.h"

#include <string.h>

#include "transcript_internal.h"

bool transcript_last_entry(const uint8_t *octets, size_t length, int64_t *number,
                           uint8_t digest[TRANSCRIPT_DIGEST_OCTETS], struct sti_error *err)
{
    struct dcbor_reader reader = {octets, length, 0, 0};
    bool over = false;
    bool cut = false;
    *number = 0;
    memset(digest, 0, TRANSCRIPT_DIGEST_OCTETS);
    while (reader.at < length) {
        struct transcript_entry entry;
        const uint8_t *previous = NULL;
        size_t start = reader.at;
        if (!transcript_read_entry(&reader, &entry, &previous, &cut, err))
            return false;
        /* The first names the ceremony before. */
        bool linked = *number == 0 || memcmp(previous, digest, TRANSCRIPT_DIGEST_OCTETS) == 0;
        if (entry.number != ++*number || !linked)
            return sti_refuse(err, NULL,
                              "entry %lld of the transcript does not follow the one before; look "
                              "with sti-transcript verify",
                              (long long)*number);
        if (!transcript_sha256(octets + start, reader.at - start, digest, err))
            return false;
        over = over || strcmp(entry.kind, "end") == 0 || strcmp(entry.kind, "failed") == 0;
    }
    return over || sti_refuse(err, NULL,
                              "the transcript of the ceremony before has no end: finish that "
                              "ceremony first (sti-ca ceremony run goes on with it)");
}

const uint8_t *transcript_plan(const struct transcript *transcript)
{
    return transcript->plan;
}
