/* SPDX-License-Identifier: Apache-2.0 */
/* From a ceremony file to a plan: every input read once, every octet to be signed fixed. */
#ifndef CA_TOOL_CEREMONY_MAKE_H
#define CA_TOOL_CEREMONY_MAKE_H

#include "ceremony_file.h"
#include "cert.h"
#include "config.h"
#include "plan.h"

/* A plan that is being made. */
struct making {
    const struct config *config; /* where profiles are; how requests are judged */
    struct ceremony_file *file;
    char *folder; /* of the ceremony file; NULL: the current one */
    struct plan *plan;
    int64_t now;
};

/*
 * Reads the ceremony file and makes the plan: reads all it names, judges it, has the lints judge
 * what will be signed, draws serial numbers. *plan is the caller's, plan_free().
 */
bool ceremony_make(const char *path, const struct config *config, struct plan **plan,
                   struct sti_error *err);

/* ---- for the files ceremony_make_*.c ---- */

/* Reads an input and notes its digest in the plan; *octets ends with a NUL and is the caller's. */
bool making_input(struct making *making, const char *path, uint8_t **octets, size_t *length,
                  struct sti_error *err);
/* An input that is a certificate, or a public key (EC P-256), in PEM. NULL; the caller's. */
X509 *making_certificate(struct making *making, const char *path, struct sti_error *err);
EVP_PKEY *making_key(struct making *making, const char *path, struct sti_error *err);

/* Adds a step; its text is the format's. NULL without memory. */
struct plan_step *making_step(struct making *making, enum plan_action action, const char *who,
                              struct sti_error *err, const char *format, ...) STI_PRINTF(5, 6);
/* Gives a step its key: the file's, or another section's. */
bool making_step_key(struct making *making, struct plan_step *step, EVP_PKEY *key,
                     struct sti_error *err);
bool making_step_key_of(struct plan_step *step, enum ceremony_key section, EVP_PKEY *key,
                        struct sti_error *err);

/* Adds the step that opens the HSM with a section's key, and the one that signs the end with it. */
bool making_hsm(struct making *making, enum ceremony_key section, EVP_PKEY *key,
                struct sti_error *err);
bool making_end(struct making *making, enum ceremony_key section, EVP_PKEY *key,
                struct sti_error *err);

/* The issuer may sign certificates, and is valid for all of the window. */
bool making_check_issuer(const struct making *making, X509 *issuer, struct sti_error *err);

/*
 * Adds the step that signs a certificate of this content, which is complete but for the serial
 * number: that is drawn here, and the lints judge the certificate. `request` is the bundle, or "".
 */
bool making_sign(struct making *making, const struct cert_content *content, const char *request,
                 const char *out, EVP_PKEY *key, struct sti_error *err);

/* The steps for requests in bundles: delegate-ca and batch (ceremony_make_requests.c). */
bool making_requests(struct making *making, EVP_PKEY **key, struct sti_error *err);

/* The step for a CRL, with the revocations that come with it (ceremony_make_crl.c). */
bool making_crl(struct making *making, EVP_PKEY **key, struct sti_error *err);

/* All steps that a key's destruction has of its own, and the end (ceremony_make_destroy.c). */
bool making_destruction(struct making *making, struct sti_error *err);

/* The steps of the file's kind, between the opening of the HSM and the end; *key signs. */
bool making_ca(struct making *making, EVP_PKEY **key, struct sti_error *err);

#endif
