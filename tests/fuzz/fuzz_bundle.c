/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Octets that travel: as CBOR, as a COSE_Sign1 and as bundles of a request and of files. What is
 * taken is written again and yields the same octets. And as the parts of a bundle: it is read as it
 * was written, and refused when one octet is another.
 */
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "bundle_files.h"
#include "cose_sign1.h"
#include "dcbor.h"
#include "fuzz.h"

static void check_refusal(const struct sti_error *err, size_t length)
{
    fuzz_check_error(err);
    FUZZ_HOLDS(err->code == STI_REFUSED);
    FUZZ_HOLDS(err->offset == STI_NOWHERE || err->offset <= length);
}

/* What the writer has is what was read. */
static void same(struct dcbor_writer *writer, const uint8_t *octets, size_t length)
{
    uint8_t *again = NULL;
    size_t again_length = 0;
    FUZZ_HOLDS(dcbor_finish(writer, &again, &again_length, NULL));
    FUZZ_HOLDS(again_length == length && memcmp(again, octets, length) == 0);
    free(again);
}

/* ---- CBOR ---- */

static void put_item(struct dcbor_writer *writer, const struct dcbor_item *item)
{
    char text[4097];
    switch (item->kind) {
    case DCBOR_INT:
        dcbor_put_int(writer, item->value);
        break;
    case DCBOR_BYTES:
        dcbor_put_bytes(writer, item->octets, item->length);
        break;
    case DCBOR_TEXT:
        FUZZ_HOLDS(item->length < sizeof(text)); /* the longest input, see scripts/fuzz */
        memcpy(text, item->octets, item->length);
        text[item->length] = '\0';
        dcbor_put_text(writer, text);
        break;
    case DCBOR_ARRAY:
        dcbor_put_array(writer, item->length);
        break;
    case DCBOR_MAP:
        dcbor_put_map(writer, item->length);
        break;
    case DCBOR_NULL:
        dcbor_put_null(writer);
        break;
    }
}

static void as_cbor(const uint8_t *octets, size_t length)
{
    struct dcbor_reader reader = {octets, length, 0, 0};
    struct dcbor_writer writer = {0};
    struct dcbor_item item;
    struct sti_error err;
    sti_error_clear(&err);
    while (reader.at < length && dcbor_next(&reader, &item, &err)) {
        FUZZ_HOLDS(reader.at <= length);
        put_item(&writer, &item);
    }
    if (reader.at < length)
        check_refusal(&err, length);
    if (reader.at > 0)
        same(&writer, octets, reader.at);
}

/* ---- COSE_Sign1 ---- */

static void as_message(const uint8_t *octets, size_t length)
{
    struct cose_sign1 message;
    struct sti_error err;
    sti_error_clear(&err);
    if (!cose_sign1_read(&message, octets, length, &err)) {
        check_refusal(&err, length);
        return;
    }
    struct dcbor_writer writer = {0};
    dcbor_put_array(&writer, 4);
    dcbor_put_bytes(&writer, message.protected, message.protected_length);
    dcbor_put_map(&writer, 0);
    if (message.payload == NULL)
        dcbor_put_null(&writer);
    else
        dcbor_put_bytes(&writer, message.payload, message.payload_length);
    dcbor_put_bytes(&writer, message.signature, COSE_SIGNATURE_OCTETS);
    same(&writer, octets, length);
}

/* ---- bundles ---- */

static void as_bundle(const uint8_t *octets, size_t length)
{
    struct bundle bundle;
    struct sti_error err;
    sti_error_clear(&err);
    if (!bundle_read(&bundle, octets, length, &err)) {
        check_refusal(&err, length);
        return;
    }
    uint8_t *again = NULL;
    size_t again_length = 0;
    FUZZ_HOLDS(bundle_write(&bundle, &again, &again_length, &err));
    FUZZ_HOLDS(again_length == length && memcmp(again, octets, length) == 0);
    free(again);
}

/*
 * The first octet says which parts there are, the next two where another octet shall stand, the
 * fourth which; the rest is shared out among the parts.
 */
static void as_parts(const uint8_t *octets, size_t length)
{
    struct bundle bundle = {0};
    struct bundle again;
    struct sti_error err;
    if (length < 4 + BUNDLE_KINDS)
        return;
    size_t share = (length - 4) / BUNDLE_KINDS;
    for (size_t i = 0; i < BUNDLE_KINDS; i++)
        if ((octets[0] >> i & 1) != 0)
            bundle.parts[i] =
                (struct bundle_part){.octets = octets + 4 + i * share, .length = share};
    uint8_t *file = NULL;
    size_t file_length = 0;
    sti_error_clear(&err);
    if (!bundle_write(&bundle, &file, &file_length, &err)) {
        check_refusal(&err, length); /* a part is missing */
        return;
    }
    FUZZ_HOLDS(bundle_read(&again, file, file_length, &err));
    FUZZ_HOLDS(memcmp(again.digest, bundle.digest, BUNDLE_DIGEST_OCTETS) == 0);
    for (size_t i = 0; i < BUNDLE_KINDS; i++)
        FUZZ_HOLDS(again.parts[i].length == bundle.parts[i].length &&
                   (again.parts[i].length == 0 ||
                    memcmp(again.parts[i].octets, bundle.parts[i].octets, share) == 0));
    size_t at = ((size_t)octets[1] << 8 | octets[2]) % file_length;
    file[at] ^= (uint8_t)(octets[3] == 0 ? 1 : octets[3]);
    FUZZ_HOLDS(!bundle_read(&again, file, file_length, &err));
    check_refusal(&err, file_length);
    free(file);
}

static void as_files(const uint8_t *octets, size_t length)
{
    struct bundle_files files;
    struct sti_error err;
    sti_error_clear(&err);
    if (!bundle_files_read(&files, octets, length, &err)) {
        FUZZ_HOLDS(files.files == NULL && files.count == 0);
        check_refusal(&err, length);
        return;
    }
    uint8_t *again = NULL;
    size_t again_length = 0;
    FUZZ_HOLDS(bundle_files_write(&files, &again, &again_length, &err));
    FUZZ_HOLDS(again_length == length && memcmp(again, octets, length) == 0);
    free(again);
    bundle_files_free(&files);
}

/*
 * The first two octets say where another octet shall stand, the third which; two names follow, each
 * behind its length, and the rest is the files'.
 */
static void as_named(const uint8_t *octets, size_t length)
{
    struct bundle_files files = {.count = 0};
    struct bundle_files again;
    struct sti_error err;
    size_t at = 3;
    sti_error_clear(&err);
    for (int i = 0; i < 2; i++) {
        char name[256];
        if (length <= at || length - at - 1 < octets[at])
            break;
        memcpy(name, octets + at + 1, octets[at]);
        name[octets[at]] = '\0';
        at += 1 + (size_t)octets[at];
        if (!bundle_files_add(&files, name, octets + at, (length - at) / 2, &err))
            check_refusal(&err, length);
    }
    uint8_t *file = NULL;
    size_t file_length = 0;
    if (bundle_files_write(&files, &file, &file_length, &err)) {
        FUZZ_HOLDS(bundle_files_read(&again, file, file_length, &err));
        FUZZ_HOLDS(again.count == files.count);
        FUZZ_HOLDS(memcmp(again.digest, files.digest, BUNDLE_DIGEST_OCTETS) == 0);
        bundle_files_free(&again);
        file[((size_t)octets[0] << 8 | octets[1]) % file_length] ^=
            (uint8_t)(octets[2] == 0 ? 1 : octets[2]);
        /* Another letter of a name is another name: nothing but the digest of the whole shows it.
         */
        if (bundle_files_read(&again, file, file_length, &err)) {
            FUZZ_HOLDS(memcmp(again.digest, files.digest, BUNDLE_DIGEST_OCTETS) != 0);
            bundle_files_free(&again);
        } else {
            check_refusal(&err, file_length);
        }
    }
    free(file);
    bundle_files_free(&files);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    as_cbor(octets, length);
    as_message(octets, length);
    as_bundle(octets, length);
    as_parts(octets, length);
    as_files(octets, length);
    as_named(octets, length);
    return 0;
}
