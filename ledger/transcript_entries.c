/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entries of a transcript between its begin and its end. Each function checks everything first,
 * for nothing is taken back, then writes the pairs of docs/transcript.md in the order of their
 * keys.
 */
#include "transcript_internal.h"

#include <stdio.h>
#include <string.h>

/* One text alone: note, failed. */
static bool add_text(struct transcript *transcript, const char *kind,
                     const struct transcript_at *at, const char *text, struct sti_error *err)
{
    struct dcbor_writer writer = {0};
    if (!transcript_check_order(transcript, kind, at, err) ||
        !transcript_check_text("the text", text, 1, TRANSCRIPT_MAX_TEXT, err))
        return false;
    transcript_put_head(transcript, &writer, kind, at, 1);
    dcbor_put_int(&writer, 1);
    dcbor_put_text(&writer, text);
    return transcript_append(transcript, &writer, at, err);
}

bool transcript_note(struct transcript *transcript, const struct transcript_at *at,
                     const char *text, struct sti_error *err)
{
    return add_text(transcript, "note", at, text, err);
}

bool transcript_failed(struct transcript *transcript, const struct transcript_at *at,
                       const char *why, struct sti_error *err)
{
    if (!add_text(transcript, "failed", at, why, err))
        return false;
    transcript->failed = true;
    transcript->open = false;
    return true;
}

/* A file: input, output. */
static bool add_file(struct transcript *transcript, const char *kind,
                     const struct transcript_at *at, const char *name, const uint8_t *digest,
                     int64_t length, struct sti_error *err)
{
    struct dcbor_writer writer = {0};
    if (!transcript_check_order(transcript, kind, at, err) || !transcript_check_name(name, err))
        return false;
    if (length < 0)
        return sti_refuse(err, NULL, "the length of %s is below 0", name);
    transcript_put_head(transcript, &writer, kind, at, 3);
    dcbor_put_int(&writer, 1);
    dcbor_put_text(&writer, name);
    dcbor_put_int(&writer, 2);
    dcbor_put_bytes(&writer, digest, TRANSCRIPT_DIGEST_OCTETS);
    dcbor_put_int(&writer, 3);
    dcbor_put_int(&writer, length);
    return transcript_append(transcript, &writer, at, err);
}

bool transcript_input(struct transcript *transcript, const struct transcript_at *at,
                      const char *name, const uint8_t digest[TRANSCRIPT_DIGEST_OCTETS],
                      int64_t length, struct sti_error *err)
{
    if (!add_file(transcript, "input", at, name, digest, length, err))
        return false;
    transcript->counts[TRANSCRIPT_INPUTS]++;
    return true;
}

bool transcript_output(struct transcript *transcript, const struct transcript_at *at,
                       const char *name, const uint8_t digest[TRANSCRIPT_DIGEST_OCTETS],
                       int64_t length, struct sti_error *err)
{
    if (!add_file(transcript, "output", at, name, digest, length, err))
        return false;
    transcript->counts[TRANSCRIPT_OUTPUTS]++;
    return true;
}

bool transcript_approval(struct transcript *transcript, const struct transcript_at *at,
                         const char *approver, struct transcript_octets message,
                         struct sti_error *err)
{
    struct dcbor_writer writer = {0};
    if (!transcript_check_order(transcript, "approval", at, err) ||
        !transcript_check_text("the approver's id", approver, 1, TRANSCRIPT_MAX_NAME, err) ||
        !transcript_check_octets("the approval", message, 1, 4096, err))
        return false;
    transcript_put_head(transcript, &writer, "approval", at, 2);
    dcbor_put_int(&writer, 1);
    dcbor_put_text(&writer, approver);
    dcbor_put_int(&writer, 2);
    dcbor_put_bytes(&writer, message.octets, message.length);
    if (!transcript_append(transcript, &writer, at, err))
        return false;
    transcript->counts[TRANSCRIPT_APPROVALS]++;
    return true;
}

bool transcript_hsm(struct transcript *transcript, const struct transcript_at *at,
                    const struct transcript_hsm *hsm, struct sti_error *err)
{
    const char *const texts[] = {hsm->manufacturer, hsm->model, hsm->serial, hsm->firmware,
                                 hsm->label};
    struct dcbor_writer writer = {0};
    if (!transcript_check_order(transcript, "hsm", at, err) ||
        !transcript_check_facts(hsm->attributes, hsm->attribute_count, err) ||
        !transcript_check_octets("the id of a key", hsm->id, 0, 256, err) ||
        !transcript_check_octets("the SubjectPublicKeyInfo of a key", hsm->spki, 1, 4096, err))
        return false;
    for (size_t i = 0; i < 5; i++)
        if (!transcript_check_text("a fact about an HSM", texts[i], 0, TRANSCRIPT_MAX_NAME, err))
            return false;
    if (!transcript_remember_key(transcript, hsm->spki, err))
        return false;
    transcript_put_head(transcript, &writer, "hsm", at, 8);
    for (int i = 0; i < 5; i++) {
        dcbor_put_int(&writer, i + 1);
        dcbor_put_text(&writer, texts[i]);
    }
    dcbor_put_int(&writer, 6);
    dcbor_put_bytes(&writer, hsm->id.octets, hsm->id.octets == NULL ? 0 : hsm->id.length);
    dcbor_put_int(&writer, 7);
    transcript_put_facts(&writer, hsm->attributes, hsm->attribute_count);
    dcbor_put_int(&writer, 8);
    dcbor_put_bytes(&writer, hsm->spki.octets, hsm->spki.length);
    return transcript_append(transcript, &writer, at, err);
}

bool transcript_answer(struct transcript *transcript, const struct transcript_at *at,
                       const char *asked, const char *typed, struct sti_error *err)
{
    struct dcbor_writer writer = {0};
    if (!transcript_check_order(transcript, "answer", at, err) ||
        !transcript_check_text("the question", asked, 1, TRANSCRIPT_MAX_TEXT, err) ||
        !transcript_check_text("the answer", typed, 0, TRANSCRIPT_MAX_TEXT, err))
        return false;
    transcript_put_head(transcript, &writer, "answer", at, 2);
    dcbor_put_int(&writer, 1);
    dcbor_put_text(&writer, asked);
    dcbor_put_int(&writer, 2);
    dcbor_put_text(&writer, typed);
    return transcript_append(transcript, &writer, at, err);
}

bool transcript_destroyed(struct transcript *transcript, const struct transcript_at *at,
                          const struct transcript_destroyed *destroyed, struct sti_error *err)
{
    struct dcbor_writer writer = {0};
    size_t place = 0;
    if (!transcript_check_order(transcript, "destroyed", at, err) ||
        !transcript_check_facts(destroyed->facts, destroyed->fact_count, err) ||
        !transcript_check_octets("the SubjectPublicKeyInfo of a key", destroyed->spki, 1, 4096,
                                 err) ||
        !transcript_find_key(transcript, destroyed->spki, "the key that shall be destroyed", &place,
                             err))
        return false;
    transcript_put_head(transcript, &writer, "destroyed", at, 2);
    dcbor_put_int(&writer, 1);
    dcbor_put_bytes(&writer, destroyed->spki.octets, destroyed->spki.length);
    dcbor_put_int(&writer, 2);
    transcript_put_facts(&writer, destroyed->facts, destroyed->fact_count);
    if (!transcript_append(transcript, &writer, at, err))
        return false;
    transcript->destroyed[place] = true;
    return true;
}

/* ---- what is signed ---- */

/* A key that is in no hsm entry is not refused here: the verification finds it. */
static bool is_destroyed(const struct transcript *transcript, struct transcript_octets spki)
{
    size_t place = SIZE_MAX;
    struct sti_error ignored;
    return spki.octets != NULL && !transcript_find_key(transcript, spki, "", &place, &ignored) &&
           place != SIZE_MAX;
}

static bool check_intended(const struct transcript *transcript,
                           const struct transcript_intended *intended, struct sti_error *err)
{
    if (transcript->open)
        return sti_refuse(err, NULL,
                          "%s is intended and not signed: the transcript takes one at a time",
                          transcript->open_name);
    if (is_destroyed(transcript, intended->issuer))
        return sti_refuse(err, NULL, "%s shall be signed by a key that was destroyed",
                          intended->name);
    return transcript_check_text("what is intended", intended->what, 1, TRANSCRIPT_MAX_NAME, err) &&
           transcript_check_name(intended->name, err) &&
           transcript_check_octets("the to-be-signed", intended->tbs, 1, TRANSCRIPT_MAX_ENTRY,
                                   err) &&
           transcript_check_octets("the issuer's SubjectPublicKeyInfo", intended->issuer, 1, 4096,
                                   err);
}

bool transcript_intended(struct transcript *transcript, const struct transcript_at *at,
                         const struct transcript_intended *intended, struct sti_error *err)
{
    struct dcbor_writer writer = {0};
    if (!transcript_check_order(transcript, "intended", at, err) ||
        !check_intended(transcript, intended, err) ||
        !transcript_sha256(intended->tbs.octets, intended->tbs.length, transcript->open_tbs, err))
        return false;
    transcript_put_head(transcript, &writer, "intended", at, intended->keep ? 5 : 4);
    dcbor_put_int(&writer, 1);
    dcbor_put_text(&writer, intended->what);
    dcbor_put_int(&writer, 2);
    dcbor_put_text(&writer, intended->name);
    dcbor_put_int(&writer, 3);
    dcbor_put_bytes(&writer, transcript->open_tbs, TRANSCRIPT_DIGEST_OCTETS);
    dcbor_put_int(&writer, 4);
    dcbor_put_bytes(&writer, intended->issuer.octets, intended->issuer.length);
    if (intended->keep) {
        dcbor_put_int(&writer, 5);
        dcbor_put_bytes(&writer, intended->tbs.octets, intended->tbs.length);
    }
    if (!transcript_append(transcript, &writer, at, err))
        return false;
    snprintf(transcript->open_what, sizeof(transcript->open_what), "%s", intended->what);
    snprintf(transcript->open_name, sizeof(transcript->open_name), "%s", intended->name);
    transcript->open = true;
    return true;
}

bool transcript_signed(struct transcript *transcript, const struct transcript_at *at,
                       struct transcript_octets der, bool keep, struct sti_error *err)
{
    uint8_t digest[TRANSCRIPT_DIGEST_OCTETS];
    struct dcbor_writer writer = {0};
    if (!transcript_check_order(transcript, "signed", at, err))
        return false;
    if (!transcript->open)
        return sti_refuse(err, NULL, "nothing is intended, so nothing can have been signed");
    if (!transcript_check_octets("what was signed", der, 1, TRANSCRIPT_MAX_ENTRY, err) ||
        !transcript_sha256(der.octets, der.length, digest, err))
        return false;
    transcript_put_head(transcript, &writer, "signed", at, keep ? 5 : 4);
    dcbor_put_int(&writer, 1);
    dcbor_put_text(&writer, transcript->open_what);
    dcbor_put_int(&writer, 2);
    dcbor_put_text(&writer, transcript->open_name);
    dcbor_put_int(&writer, 3);
    dcbor_put_bytes(&writer, transcript->open_tbs, TRANSCRIPT_DIGEST_OCTETS);
    dcbor_put_int(&writer, 4);
    dcbor_put_bytes(&writer, digest, TRANSCRIPT_DIGEST_OCTETS);
    if (keep) {
        dcbor_put_int(&writer, 5);
        dcbor_put_bytes(&writer, der.octets, der.length);
    }
    if (!transcript_append(transcript, &writer, at, err))
        return false;
    transcript->open = false;
    transcript->counts[TRANSCRIPT_SIGNED]++;
    return true;
}
