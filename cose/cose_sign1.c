/* SPDX-License-Identifier: Apache-2.0 */
#include "cose_sign1.h"

#include <stdlib.h>
#include <string.h>

#include "cose_es256.h"
#include "dcbor.h"

static const char clause[] = "RFC 9052 section 4.2";

/* Header parameters (RFC 9052 section 3.1) and the algorithm (RFC 9053 section 2.1). */
#define HEADER_ALG 1
#define HEADER_CONTENT_TYPE 3
#define ALG_ES256 (-7)

/* {1: -7, 3: "..."} has 6 octets more than its text at most; a longer header is nothing of ours. */
#define MAX_PROTECTED (COSE_MAX_CONTENT_TYPE + 16)

/* ---- what is signed ---- */

/* Sig_structure: ["Signature1", protected, external_aad, payload] (RFC 9052 section 4.4). */
static bool sig_structure(const uint8_t *protected, size_t protected_length, const uint8_t *payload,
                          size_t payload_length, uint8_t **octets, size_t *length,
                          struct sti_error *err)
{
    struct dcbor_writer writer = {0};
    dcbor_put_array(&writer, 4);
    dcbor_put_text(&writer, "Signature1");
    dcbor_put_bytes(&writer, protected, protected_length);
    dcbor_put_bytes(&writer, NULL, 0);
    dcbor_put_bytes(&writer, payload, payload_length);
    return dcbor_finish(&writer, octets, length, err);
}

static bool check_payload(size_t length, struct sti_error *err)
{
    return length <= COSE_MAX_PAYLOAD ||
           sti_refuse(err, NULL, "the payload has %zu octets, at most %zu are signed", length,
                      COSE_MAX_PAYLOAD);
}

/* ---- making ---- */

static bool check_content(const struct cose_content *content, struct sti_error *err)
{
    const char *type = content->content_type;
    size_t length = type == NULL ? 1 : strnlen(type, COSE_MAX_CONTENT_TYPE + 1);
    if (length == 0 || length > COSE_MAX_CONTENT_TYPE)
        return sti_refuse(err, "RFC 6838 section 4.2", "the content type has not 1 to %d octets",
                          COSE_MAX_CONTENT_TYPE);
    for (const char *at = type; at != NULL && *at != '\0'; at++)
        if (*at < 0x20 || *at > 0x7e)
            return sti_refuse(err, "RFC 6838 section 4.2",
                              "the content type has other than printable ASCII");
    return check_payload(content->payload_length, err);
}

static bool write_protected(const char *content_type, uint8_t **octets, size_t *length,
                            struct sti_error *err)
{
    struct dcbor_writer writer = {0};
    dcbor_put_map(&writer, content_type == NULL ? 1 : 2);
    dcbor_put_int(&writer, HEADER_ALG);
    dcbor_put_int(&writer, ALG_ES256);
    if (content_type != NULL) {
        dcbor_put_int(&writer, HEADER_CONTENT_TYPE);
        dcbor_put_text(&writer, content_type);
    }
    return dcbor_finish(&writer, octets, length, err);
}

static bool write_message(const struct cose_content *content, const struct cose_sign1 *parts,
                          uint8_t **message, size_t *length, struct sti_error *err)
{
    struct dcbor_writer writer = {0};
    dcbor_put_array(&writer, 4);
    dcbor_put_bytes(&writer, parts->protected, parts->protected_length);
    dcbor_put_map(&writer, 0);
    if (content->detached)
        dcbor_put_null(&writer);
    else
        dcbor_put_bytes(&writer, content->payload, content->payload_length);
    dcbor_put_bytes(&writer, parts->signature, COSE_SIGNATURE_OCTETS);
    return dcbor_finish(&writer, message, length, err);
}

bool cose_sign1_make(const struct cose_content *content, EVP_PKEY *key, uint8_t **message,
                     size_t *length, struct sti_error *err)
{
    uint8_t *protected = NULL;
    uint8_t *octets = NULL;
    size_t protected_length = 0;
    size_t octets_length = 0;
    uint8_t signature[COSE_SIGNATURE_OCTETS];
    bool ok = check_content(content, err) &&
              write_protected(content->content_type, &protected, &protected_length, err) &&
              sig_structure(protected, protected_length, content->payload, content->payload_length,
                            &octets, &octets_length, err) &&
              cose_es256_sign(key, octets, octets_length, signature, err);
    if (ok && !cose_es256_verify(key, octets, octets_length, signature, NULL))
        ok = sti_fail(err, "the signature does not verify with the key's own public half; do not "
                           "use this key");
    const struct cose_sign1 parts = {
        .protected = protected, .protected_length = protected_length, .signature = signature};
    ok = ok && write_message(content, &parts, message, length, err);
    free(octets);
    free(protected);
    return ok;
}

/* ---- reading ---- */

static bool read_content_type(struct dcbor_reader *header, struct cose_sign1 *message,
                              struct sti_error *err)
{
    struct dcbor_item text;
    if (!dcbor_text(header, "the content type", 1, COSE_MAX_CONTENT_TYPE, &text, err))
        return false;
    memcpy(message->content_type, text.octets, text.length);
    message->content_type[text.length] = '\0';
    return true;
}

/* Unknown headers could change what a message means, so there is no room for them. */
static bool refuse_header(const struct dcbor_item *key, const char *sentence, struct sti_error *err)
{
    sti_refuse(err, "RFC 9052 section 3.1", "%s", sentence);
    if (err != NULL)
        err->offset = key->offset;
    return false;
}

/* The algorithm, and a content type or none; `offset` is where the header begins in the message. */
static bool read_protected(struct cose_sign1 *message, size_t offset, struct sti_error *err)
{
    static const char name[] = "the protected header";
    struct dcbor_reader header = {message->protected, message->protected_length, 0, offset};
    struct dcbor_map map;
    struct dcbor_item key;
    int64_t alg = 0;
    if (!dcbor_map(&header, name, 1, 2, &map, err) || !dcbor_map_key(&header, &map, &key, err))
        return false;
    if (key.kind != DCBOR_INT || key.value != HEADER_ALG)
        return refuse_header(&key, "the protected header does not begin with alg (1)", err);
    if (!dcbor_int(&header, "alg", ALG_ES256, ALG_ES256, &alg, err))
        return false;
    if (map.left == 0)
        return dcbor_end(&header, name, err);
    if (!dcbor_map_key(&header, &map, &key, err))
        return false;
    if (key.kind != DCBOR_INT || key.value != HEADER_CONTENT_TYPE)
        return refuse_header(
            &key, "the protected header has another parameter than alg (1) and content type (3)",
            err);
    return read_content_type(&header, message, err) && dcbor_end(&header, name, err);
}

static bool read_payload(struct dcbor_reader *reader, struct cose_sign1 *message,
                         struct sti_error *err)
{
    struct dcbor_item item;
    if (!dcbor_next(reader, &item, err))
        return false;
    if (item.kind != DCBOR_BYTES && item.kind != DCBOR_NULL) {
        sti_refuse(err, clause, "the payload is neither a byte string nor nil");
        if (err != NULL)
            err->offset = item.offset;
        return false;
    }
    message->payload = item.octets;
    message->payload_length = item.length;
    return check_payload(item.length, err);
}

bool cose_sign1_read(struct cose_sign1 *message, const uint8_t *octets, size_t length,
                     struct sti_error *err)
{
    struct dcbor_reader reader = {octets, length, 0, 0};
    struct dcbor_item item = {0};
    struct dcbor_map unprotected;
    memset(message, 0, sizeof(*message));
    if (!dcbor_array(&reader, "the COSE_Sign1", 4, err) ||
        !dcbor_bytes(&reader, "the protected header", 1, MAX_PROTECTED, &item, err))
        return false;
    message->protected = item.octets;
    message->protected_length = item.length;
    if (!read_protected(message, (size_t)(item.octets - octets), err) ||
        !dcbor_map(&reader, "the unprotected header", 0, 0, &unprotected, err) ||
        !read_payload(&reader, message, err) ||
        !dcbor_bytes(&reader, "the signature", COSE_SIGNATURE_OCTETS, COSE_SIGNATURE_OCTETS, &item,
                     err))
        return false;
    message->signature = item.octets;
    return dcbor_end(&reader, "the COSE_Sign1", err);
}

bool cose_sign1_verify(const struct cose_sign1 *message, EVP_PKEY *key, const uint8_t *detached,
                       size_t detached_length, struct sti_error *err)
{
    uint8_t *octets = NULL;
    size_t length = 0;
    if ((message->payload == NULL) != (detached != NULL))
        return sti_refuse(err, clause,
                          detached == NULL
                              ? "the message holds no payload, and none is given beside it"
                              : "the message holds its payload, and another is given beside it");
    const uint8_t *payload = detached == NULL ? message->payload : detached;
    size_t payload_length = detached == NULL ? message->payload_length : detached_length;
    bool ok = check_payload(payload_length, err) &&
              sig_structure(message->protected, message->protected_length, payload, payload_length,
                            &octets, &length, err) &&
              cose_es256_verify(key, octets, length, message->signature, err);
    free(octets);
    return ok;
}
