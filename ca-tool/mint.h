/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last steps of every certificate, in the one order that loses nothing: to-be-signed octets,
 * lints, intent on the disk, signature in the HSM, re-reading, lints again, path, certificate on
 * the disk, output file.
 */
#ifndef CA_TOOL_MINT_H
#define CA_TOOL_MINT_H

#include "cert.h"
#include "file.h"
#include "ledger.h"
#include "mint_lint.h"

/* A certificate that lints have judged and nobody has signed. */
struct mint_draft {
    X509 *certificate; /* with a throw-away signature; NULL: there is no draft */
    unsigned char *tbs;
    size_t tbs_length;
    struct mint_lints lints;
};

struct mint {
    struct ledger *ledger; /* open for writing */
    enum ledger_kind kind;
    struct cert_content content;      /* complete but for the serial, which mint_prepare() draws */
    EVP_PKEY *signing_key;            /* in the HSM */
    EVP_PKEY *issuer_key;             /* the public key the signature must verify with */
    const struct ledger_token *token; /* these three are NULL for root and intermediate */
    const unsigned char *holder;      /* as in struct ledger_intent */
    const char *note;                 /* NULL also if there is nothing to note */
    const struct ledger_verdict *verdict; /* recorded in one step with the intent; NULL: none */
    const char *hsm;                      /* these two as in struct ledger_intent */
    const char *out;
    const uint8_t *reference_list; /* the DER list of a certificate by reference; NULL: by value */
    size_t reference_list_length;
    /*
     * What judges the signed certificate besides the lints, before it is recorded as issued: its
     * path. NULL: nothing does.
     */
    bool (*judge)(void *context, X509 *certificate, struct sti_error *err);
    void *judge_context;
    bool octets_suffice;     /* if there is no judge, minted->certificate stays NULL */
    struct mint_draft draft; /* for mint.c alone */
};

/* What was made. */
struct minted {
    char serial[2 * CERT_SERIAL_OCTETS + 1];
    unsigned char *der; /* OPENSSL_malloc'd */
    size_t length;
    X509 *certificate;
    struct mint_lints lints; /* what was waived, warnings and notices */
};
void minted_free(struct minted *minted);

/*
 * Draws the serial, builds the certificate and has the lints judge it; of `mint`, the content alone
 * is looked at. A lint of error level that fails and is not waived by the profile refuses: neither
 * the ledger nor the HSM has seen anything of it. mint_certificate() or mint_forget() follows.
 */
bool mint_prepare(struct mint *mint, struct sti_error *err);

/* Frees what mint_prepare() has made. */
void mint_forget(struct mint *mint);

/*
 * Signs and records what mint_prepare() has made, which it calls if nobody has, and which is used
 * up in any case. When it returns true the certificate is in the ledger; its output file is then
 * the caller's to write. When it fails after the intent, the serial is recorded as abandoned and
 * the token stays unused. A signal (interrupt.h) ends it before the HSM is asked, as a failure; one
 * that comes later ends nothing, for then there is a certificate to be written.
 */
bool mint_certificate(struct mint *mint, struct minted *minted, struct sti_error *err);

/*
 * The steps of mint_certificate() one by one, for who mints many at a time. After mint_prepare()
 * and cert_serial_text(), mint_intend() records verdict and intent, in a group of the ledger that
 * the caller has begun; they must be on the disk before the HSM is asked; then the caller has
 * draft.tbs signed and puts the whole certificate into minted->der; mint_accept() reads it again
 * and judges it; and mint_record() records it, after which it may leave. mint_abandon() ends an
 * intent for which nothing was signed, or nothing that was accepted. mint_prepare() and
 * mint_accept() may be called by several threads for different certificates; none of them speaks to
 * interrupt.h.
 */
bool mint_intend(const struct mint *mint, const struct minted *minted, struct sti_error *err);
bool mint_accept(const struct mint *mint, struct minted *minted, struct sti_error *err);
bool mint_record(const struct mint *mint, const struct minted *minted, struct sti_error *err);
void mint_abandon(const struct mint *mint, const char *serial, const struct sti_error *why);

/*
 * Writes the certificate in PEM, to `path`, and uses `out` up. Should that fail, the error says how
 * to get the certificate out of the ledger, where it is in any case.
 */
bool minted_write(const struct minted *minted, const char *path, struct file_out *out,
                  struct sti_error *err);

/*
 * Notes in the ledger that the certificate is on the disk as the file `path`. Should that fail, the
 * file is there all the same, and `sti-ca recover` would write it once more.
 */
bool minted_delivered(const struct minted *minted, const char *path, struct ledger *ledger,
                      struct sti_error *err);

#endif
