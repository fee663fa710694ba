/* SPDX-License-Identifier: Apache-2.0 */
#include "bundle.h"

#include <stdlib.h>
#include <string.h>

#include "bundle_files.h"
#include "bundle_part.h"
#include "dcbor.h"

#define MAGIC "sti-ca bundle"
#define VERSION 1

/* An array of three, a text of 13 octets: how every bundle begins. */
static const uint8_t beginning[] = "\x83\x6d" MAGIC;

#define KIB ((size_t)1024)
#define MIB (KIB * 1024)

static const struct kind {
    const char *name;
    size_t limit; /* octets */
    bool wanted;  /* a bundle without it is none */
} kinds[BUNDLE_KINDS] = {
    [BUNDLE_CRL] = {"crl", 16 * MIB, false},
    [BUNDLE_CSR] = {"csr", 64 * MIB, true},
    [BUNDLE_LIST] = {"list", 64 * MIB, false},
    [BUNDLE_CHAIN] = {"chain", 1 * MIB, false},
    [BUNDLE_TOKEN] = {"token", 1 * MIB, true},
    [BUNDLE_ACCOUNT_KEY] = {"account-key", 64 * KIB, true},
};

/* More than all heads, names and digests together. */
#define FRAME_OCTETS KIB

const char *bundle_part_name(enum bundle_kind kind)
{
    return kinds[kind].name;
}

size_t bundle_part_limit(enum bundle_kind kind)
{
    return kinds[kind].limit;
}

size_t bundle_limit(void)
{
    size_t limit = FRAME_OCTETS;
    for (size_t i = 0; i < BUNDLE_KINDS; i++)
        limit += kinds[i].limit;
    return limit;
}

/* Every part that must be there is. */
static bool check_complete(const struct bundle *bundle, struct sti_error *err)
{
    for (size_t i = 0; i < BUNDLE_KINDS; i++)
        if (kinds[i].wanted && bundle->parts[i].octets == NULL)
            return sti_refuse(err, NULL,
                              "the bundle has no part %s, without which no request can "
                              "be judged",
                              kinds[i].name);
    return true;
}

/* ---- writing ---- */

/* Checks a part that is to be written, and takes its digest. */
static bool prepare_part(struct bundle_part *part, const struct kind *kind, struct sti_error *err)
{
    if (part->length == 0 || part->length > kind->limit)
        sti_refuse(err, NULL, "has %zu octets; 1 to %zu can be in a bundle", part->length,
                   kind->limit);
    else if (bundle_digest(part->octets, part->length, part->digest, err))
        return true;
    return sti_error_part(err, "%s", kind->name);
}

bool bundle_write(struct bundle *bundle, uint8_t **octets, size_t *length, struct sti_error *err)
{
    struct dcbor_writer writer = {0};
    size_t count = 0;
    if (!check_complete(bundle, err))
        return false;
    for (size_t i = 0; i < BUNDLE_KINDS; i++) {
        if (bundle->parts[i].octets == NULL)
            continue;
        if (!prepare_part(&bundle->parts[i], &kinds[i], err))
            return false;
        count++;
    }
    dcbor_put_array(&writer, 3);
    dcbor_put_text(&writer, MAGIC);
    dcbor_put_int(&writer, VERSION);
    dcbor_put_map(&writer, count);
    for (size_t i = 0; i < BUNDLE_KINDS; i++) {
        if (bundle->parts[i].octets == NULL)
            continue;
        dcbor_put_text(&writer, kinds[i].name);
        bundle_part_put(&writer, &bundle->parts[i]);
    }
    if (!dcbor_finish(&writer, octets, length, err))
        return false;
    if (bundle_digest(*octets, *length, bundle->digest, err))
        return true;
    free(*octets);
    return false;
}

/* ---- reading ---- */

/* Which part the name stands for; BUNDLE_KINDS: none. */
static size_t find_kind(const struct dcbor_item *name)
{
    size_t kind = 0;
    while (kind < BUNDLE_KINDS && !dcbor_is(name, kinds[kind].name))
        kind++;
    return kind;
}

static bool read_parts(struct dcbor_reader *reader, struct bundle *bundle, struct sti_error *err)
{
    struct dcbor_map map;
    struct dcbor_item name;
    if (!dcbor_map(reader, "the map of parts", 1, BUNDLE_KINDS, &map, err))
        return false;
    while (map.left > 0) {
        if (!dcbor_map_key(reader, &map, &name, err))
            return false;
        size_t kind = find_kind(&name);
        if (kind == BUNDLE_KINDS) {
            sti_refuse(err, NULL,
                       "a part has a name that is none of crl, csr, list, chain, "
                       "token and account-key");
            if (err != NULL)
                err->offset = name.offset;
            return false;
        }
        if (!bundle_part_read(reader, "the part", 1, kinds[kind].limit, &bundle->parts[kind], err))
            return sti_error_part(err, "%s", kinds[kind].name);
    }
    return true;
}

static bool read_bundle(struct bundle *bundle, const uint8_t *octets, size_t length,
                        struct sti_error *err)
{
    struct dcbor_reader reader = {octets, length, sizeof(beginning) - 1, 0};
    int64_t version = 0;
    if (length > bundle_limit())
        return sti_refuse(err, NULL, "has %zu octets, a bundle has %zu at most", length,
                          bundle_limit());
    if (bundle_files_begin(octets, length))
        return sti_refuse(err, NULL,
                          "is a bundle of files, not of a request; sti-ca bundle unpack puts them "
                          "into a folder");
    if (length < sizeof(beginning) - 1 || memcmp(octets, beginning, sizeof(beginning) - 1) != 0)
        return sti_refuse(err, NULL,
                          "is not a bundle of sti-ca: it does not begin as one does; sti-ca bundle "
                          "create makes one of a request, and pack one of files");
    return dcbor_int(&reader, "the version of the bundle", VERSION, VERSION, &version, err) &&
           read_parts(&reader, bundle, err) && dcbor_end(&reader, "the bundle", err) &&
           check_complete(bundle, err) && bundle_digest(octets, length, bundle->digest, err);
}

bool bundle_read(struct bundle *bundle, const uint8_t *octets, size_t length, struct sti_error *err)
{
    memset(bundle, 0, sizeof(*bundle));
    if (read_bundle(bundle, octets, length, err))
        return true;
    bundle_say_cut(err);
    memset(bundle, 0, sizeof(*bundle)); /* whole or not at all */
    return false;
}
