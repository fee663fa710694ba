/* SPDX-License-Identifier: Apache-2.0 */
/* The last entry of a transcript, which the ceremony key signs. */
#include "transcript_internal.h"

#include <stdlib.h>

#include <openssl/x509.h>

#include "cose_sign1.h"

static bool check_end(const struct transcript *transcript, const uint8_t *spki, size_t length,
                      struct sti_error *err)
{
    size_t place;
    if (transcript->open)
        return sti_refuse(err, NULL,
                          "%s is intended and not signed: the ceremony is not done; if it cannot "
                          "be, it has failed",
                          transcript->open_name);
    return transcript_find_key(transcript, (struct transcript_octets){spki, length},
                               "the key that shall sign the end of the transcript", &place, err);
}

/* All that the end says; and so nothing of the entry can be another. */
static bool write_payload(const struct transcript *transcript, const struct transcript_at *at,
                          uint8_t **octets, size_t *length, struct sti_error *err)
{
    struct dcbor_writer writer = {0};
    dcbor_put_array(&writer, 9 + TRANSCRIPT_COUNTED);
    dcbor_put_text(&writer, TRANSCRIPT_END_WORD);
    dcbor_put_int(&writer, TRANSCRIPT_END_VERSION);
    dcbor_put_int(&writer, transcript->number + 1);
    dcbor_put_bytes(&writer, transcript->last, TRANSCRIPT_DIGEST_OCTETS);
    dcbor_put_text(&writer, at->step);
    dcbor_put_int(&writer, at->time);
    dcbor_put_int(&writer, at->source);
    dcbor_put_bytes(&writer, transcript->plan, TRANSCRIPT_DIGEST_OCTETS);
    dcbor_put_text(&writer, transcript->failed ? "failed" : "done");
    for (size_t i = 0; i < TRANSCRIPT_COUNTED; i++)
        dcbor_put_int(&writer, transcript->counts[i]);
    return dcbor_finish(&writer, octets, length, err);
}

static bool add_end(struct transcript *transcript, const struct transcript_at *at, EVP_PKEY *key,
                    struct transcript_octets spki, struct sti_error *err)
{
    uint8_t *payload = NULL;
    uint8_t *message = NULL;
    size_t payload_length = 0;
    size_t message_length = 0;
    struct dcbor_writer writer = {0};
    bool ok = write_payload(transcript, at, &payload, &payload_length, err) &&
              cose_sign1_make(&(struct cose_content){.content_type = TRANSCRIPT_END_TYPE,
                                                     .payload = payload,
                                                     .payload_length = payload_length},
                              key, &message, &message_length, err);
    if (ok) {
        transcript_put_head(transcript, &writer, "end", at, 2);
        dcbor_put_int(&writer, 1);
        dcbor_put_bytes(&writer, spki.octets, spki.length);
        dcbor_put_int(&writer, 2);
        dcbor_put_bytes(&writer, message, message_length);
        ok = transcript_append(transcript, &writer, at, err);
    }
    free(message);
    free(payload);
    return ok;
}

bool transcript_end(struct transcript *transcript, const struct transcript_at *at, EVP_PKEY *key,
                    struct sti_error *err)
{
    unsigned char *spki = NULL;
    if (!transcript_check_order(transcript, "end", at, err))
        return false;
    int length = i2d_PUBKEY(key, &spki);
    if (length <= 0)
        return sti_fail(err, "the ceremony key has no public half");
    bool ok = check_end(transcript, spki, (size_t)length, err) &&
              add_end(transcript, at, key, (struct transcript_octets){spki, (size_t)length}, err);
    transcript->ended = ok;
    OPENSSL_free(spki);
    return ok;
}
