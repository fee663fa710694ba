/* SPDX-License-Identifier: Apache-2.0 */
#include "der.h"

bool der_at(const struct der_subject *subject, size_t offset, struct sti_error *err)
{
    if (err != NULL) {
        sti_error_part(err, "%s", subject->part);
        err->offset = offset;
    }
    return false;
}

/* Reads the length octets at in->at, which must be definite and as short as possible. */
static bool read_length(struct der *in, size_t *length, struct sti_error *err)
{
    size_t start = in->at;
    if (in->at == in->end)
        return sti_refuse(err, DER_CLAUSE, "the length octet is missing") ||
               der_at(in->subject, start, err);
    uint8_t first = in->octets[in->at++];
    if (first < 0x80) {
        *length = first;
    } else {
        size_t octets = first & 0x7fu;
        if (octets == 0)
            return sti_refuse(err, DER_CLAUSE, "the length is indefinite, DER forbids that") ||
                   der_at(in->subject, start, err);
        if (octets > 4 || octets > in->end - in->at)
            return sti_refuse(err, DER_CLAUSE, "the length has %zu octets, more than can be",
                              octets) ||
                   der_at(in->subject, start, err);
        size_t value = 0;
        for (size_t i = 0; i < octets; i++)
            value = value << 8 | in->octets[in->at++];
        if (value < 0x80 || value >> 8 * (octets - 1) == 0)
            return sti_refuse(err, DER_CLAUSE, "the length %zu is not written in the fewest octets",
                              value) ||
                   der_at(in->subject, start, err);
        *length = value;
    }
    if (*length > in->end - in->at)
        return sti_refuse(err, DER_CLAUSE, "the length says %zu octets, but only %zu follow",
                          *length, in->end - in->at) ||
               der_at(in->subject, start, err);
    return true;
}

bool der_content(struct der *in, struct der *content, struct sti_error *err)
{
    size_t length = 0;
    if (!read_length(in, &length, err))
        return false;
    *content = (struct der){in->octets, in->at, in->at + length, in->subject};
    in->at += length;
    return true;
}

bool der_expect(struct der *in, uint8_t tag, const char *name, struct der *content,
                struct sti_error *err)
{
    size_t start = in->at;
    if (in->at == in->end)
        return sti_refuse(err, in->subject->clause, "%s is missing", name) ||
               der_at(in->subject, start, err);
    if (in->octets[in->at] != tag)
        return sti_refuse(err, in->subject->clause, "tag 0x%02X stands where %s (0x%02X) is wanted",
                          in->octets[in->at], name, tag) ||
               der_at(in->subject, start, err);
    in->at++;
    return der_content(in, content, err);
}

bool der_expect_end(const struct der *in, const char *name, struct sti_error *err)
{
    if (in->at == in->end)
        return true;
    return sti_refuse(err, in->subject->clause, "%zu octets too many behind %s", in->end - in->at,
                      name) ||
           der_at(in->subject, in->at, err);
}

size_t der_header(uint8_t header[DER_MAX_HEADER], uint8_t tag, size_t length)
{
    header[0] = tag;
    if (length < 0x80) {
        header[1] = (uint8_t)length;
        return 2;
    }
    size_t octets = 1;
    while (octets < 4 && length >> 8 * octets != 0)
        octets++;
    header[1] = (uint8_t)(0x80 | octets);
    for (size_t i = 0; i < octets; i++)
        header[2 + i] = (uint8_t)(length >> 8 * (octets - 1 - i));
    return 2 + octets;
}
