/* SPDX-License-Identifier: Apache-2.0 */
#include "approval.h"

#include <stdlib.h>
#include <string.h>

#include "cose_sign1.h"
#include "dcbor.h"

#define APPROVAL_VERSION 1

static bool check_id(const char *id, struct sti_error *err)
{
    size_t length = strnlen(id, APPROVAL_MAX_ID + 1);
    bool ok = length > 0 && length <= APPROVAL_MAX_ID;
    for (size_t i = 0; ok && i < length; i++)
        ok = id[i] >= 0x20 && id[i] <= 0x7e;
    return ok || sti_refuse(err, NULL, "an approver's id is not 1 to %d octets of printable ASCII",
                            APPROVAL_MAX_ID);
}

bool approval_make(const uint8_t plan[APPROVAL_DIGEST_OCTETS], const char *approver, EVP_PKEY *key,
                   uint8_t **message, size_t *length, struct sti_error *err)
{
    uint8_t *payload = NULL;
    struct cose_content content = {.content_type = APPROVAL_TYPE};
    struct dcbor_writer writer = {0};
    if (!check_id(approver, err))
        return false;
    dcbor_put_array(&writer, 4);
    dcbor_put_text(&writer, APPROVAL_WORD);
    dcbor_put_int(&writer, APPROVAL_VERSION);
    dcbor_put_bytes(&writer, plan, APPROVAL_DIGEST_OCTETS);
    dcbor_put_text(&writer, approver);
    if (!dcbor_finish(&writer, &payload, &content.payload_length, err))
        return false;
    content.payload = payload;
    bool ok = cose_sign1_make(&content, key, message, length, err);
    free(payload);
    return ok;
}

/* Reads [word, version, plan, approver] and compares. */
static bool read_payload(const struct cose_sign1 *sign1, const uint8_t *plan, const char *approver,
                         struct sti_error *err)
{
    struct dcbor_reader reader = {sign1->payload, sign1->payload_length, 0, 0};
    struct dcbor_item word;
    struct dcbor_item digest;
    struct dcbor_item id;
    int64_t version = 0;
    if (!dcbor_array(&reader, "an approval", 4, err) ||
        !dcbor_text(&reader, "the word of an approval", 1, 64, &word, err) ||
        !dcbor_int(&reader, "the version of an approval", APPROVAL_VERSION, APPROVAL_VERSION,
                   &version, err) ||
        !dcbor_bytes(&reader, "the digest of the plan", APPROVAL_DIGEST_OCTETS,
                     APPROVAL_DIGEST_OCTETS, &digest, err) ||
        !dcbor_text(&reader, "the approver's id", 1, APPROVAL_MAX_ID, &id, err) ||
        !dcbor_end(&reader, "the approval", err))
        return false;
    if (!dcbor_is(&word, APPROVAL_WORD))
        return sti_refuse(err, NULL, "what is signed is not an approval");
    if (memcmp(digest.octets, plan, APPROVAL_DIGEST_OCTETS) != 0)
        return sti_refuse(err, NULL, "another plan is approved, not this one");
    return dcbor_is(&id, approver) ||
           sti_refuse(err, NULL, "the approval is signed as %.*s, not as %s", (int)id.length,
                      (const char *)id.octets, approver);
}

bool approval_verify(const uint8_t *message, size_t length,
                     const uint8_t plan[APPROVAL_DIGEST_OCTETS], const char *approver,
                     EVP_PKEY *key, struct sti_error *err)
{
    struct cose_sign1 sign1;
    if (!cose_sign1_read(&sign1, message, length, err))
        return false;
    if (strcmp(sign1.content_type, APPROVAL_TYPE) != 0 || sign1.payload == NULL)
        return sti_refuse(err, NULL, "this COSE_Sign1 is no approval: its content type is not %s",
                          APPROVAL_TYPE);
    return read_payload(&sign1, plan, approver, err) &&
           cose_sign1_verify(&sign1, key, NULL, 0, err);
}
