/* SPDX-License-Identifier: Apache-2.0 */
#include "ceremony_signed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cert.h"
#include "file.h"
#include "interrupt.h"
#include "planned.h"

#define TRIES 3

bool ceremony_intended(struct ceremony_run *run, const struct plan_step *step,
                       struct sti_error *err)
{
    struct plan_octets spki = {0};
    if (!planned_spki(run->signer.public, &spki, err))
        return false;
    const struct transcript_intended intended = {
        .what = step->what,
        .name = step->out,
        .tbs = {step->tbs.octets, step->tbs.length},
        .keep = true,
        .issuer = {spki.octets, spki.length},
    };
    struct transcript_at at = ceremony_at(run, step);
    bool ok = transcript_intended(run->transcript, &at, &intended, err);
    free(spki.octets);
    return ok;
}

bool ceremony_ask_hsm(struct ceremony_run *run, const struct plan_step *step, uint8_t **der,
                      size_t *length, struct sti_error *err)
{
    for (int i = 0; i < TRIES; i++) {
        if (!interrupt_check(err))
            return false;
        hsm_failure_forget();
        if (ceremony_key_open(run, step, err) &&
            planned_sign(&step->tbs, run->signer.key, der, length, err))
            return true;
        hsm_failure_blame(err);
        printf("  %s\n", err->sentence);
        struct sti_error why = *err;
        if (i + 1 == TRIES || !ceremony_ask_word(&run->person, "type again to try once more",
                                                 "again", &run->aborted, err)) {
            *err = why;
            return false;
        }
        run->opened = NULL;
    }
    return false;
}

/* ---- the file ---- */

/* A run that died behind the writing has left it: it must have these very octets. */
static bool is_written(const char *path, const uint8_t *octets, size_t length, bool *there,
                       struct sti_error *err)
{
    struct stat status;
    uint8_t *found = NULL;
    size_t found_length = 0;
    *there = lstat(path, &status) == 0;
    if (!*there)
        return true;
    if (!file_read(path, PLAN_MAX_OCTETS, &found, &found_length, err))
        return false;
    bool same = found_length == length && memcmp(found, octets, length) == 0;
    free(found);
    if (same)
        return true;
    sti_refuse(err, NULL, "is there already, and a ceremony overwrites nothing");
    return sti_error_in(err, path);
}

bool ceremony_output(const char *path, const uint8_t *octets, size_t length,
                     uint8_t digest[PLAN_DIGEST_OCTETS], struct sti_error *err)
{
    bool there = false;
    if (!is_written(path, octets, length, &there, err))
        return false;
    if (!there) {
        struct file_out *out = file_out_begin(path, false, err);
        if (out == NULL || !file_out_commit(out, octets, length, err))
            return false;
    }
    if (!cert_digest(octets, length, digest, err))
        return false;
    printf("  written to %s; SHA-256 of the file\n", path);
    ceremony_print_hex(digest);
    return true;
}
