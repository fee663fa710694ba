/* SPDX-License-Identifier: Apache-2.0 */
/* From a ceremony file to a plan: every input read once, every octet to be signed fixed. */
#ifndef CA_TOOL_CEREMONY_MAKE_H
#define CA_TOOL_CEREMONY_MAKE_H

#include "ceremony_file.h"
#include "cert.h"
#include "config.h"
#include "ledger.h"
#include "plan.h"

/* A plan that is being made. */
struct making {
    const struct config *config; /* where profiles are; how requests are judged */
    struct ceremony_file *file;
    char *folder; /* of the ceremony file; NULL: the current one */
    struct plan *plan;
    int64_t now; /* when the plan is made */
    /* NULL, but for ceremony_make_again(): the plan that is made once more. */
    const struct plan *again;
};

/*
 * Reads the ceremony file and makes the plan: reads all it names, judges it, has the lints judge
 * what will be signed, draws serial numbers. *plan is the caller's, plan_free().
 */
bool ceremony_make(const char *path, const struct config *config, struct plan **plan,
                   struct sti_error *err);

/*
 * Makes once more the plan `again` of this ceremony file, by the same code. Taken from it are what
 * is drawn or looked up, and nothing else: the time it was made, and so what is judged by the time;
 * the serial numbers; the version of the program. The ledger is asked as it was at that time. *plan
 * is the caller's, plan_free().
 */
bool ceremony_make_again(const char *path, const struct config *config, const struct plan *again,
                         struct plan **plan, struct sti_error *err);

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

/* ---- ceremony_make_again.c: what is drawn or looked up, or taken from the plan that was ---- */

/* The ledger of the configuration, for reading, as it is or as it was. NULL; ledger_close(). */
struct ledger *making_ledger(const struct making *making, struct sti_error *err);

/* When a request is judged: now, which is what other runs go by that write the ledger; or then. */
int64_t making_judged_at(const struct making *making);

/* The serial number of the certificate that is written to `out`. */
bool making_serial(const struct making *making, const char *out,
                   unsigned char serial[CERT_SERIAL_OCTETS], struct sti_error *err);

/* The program that makes the plan; malloc'd, NULL without memory. */
char *making_tool(const struct making *making);

/* ---- steps that several kinds have ---- */

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
