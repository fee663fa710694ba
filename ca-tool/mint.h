/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last steps of every certificate, in the one order that loses nothing: to-be-signed octets,
 * intent on the disk, signature in the HSM, re-reading, certificate on the disk, output file.
 */
#ifndef CA_TOOL_MINT_H
#define CA_TOOL_MINT_H

#include "cert.h"
#include "file.h"
#include "ledger.h"

struct mint {
    struct ledger *ledger; /* open for writing */
    enum ledger_kind kind;
    struct cert_content content; /* complete but for the serial, which mint_certificate() draws */
    EVP_PKEY *signing_key;       /* in the HSM */
    EVP_PKEY *issuer_key;        /* the public key the signature must verify with */
    const struct ledger_token *token; /* these three are NULL for root and intermediate */
    const unsigned char *holder;      /* as in struct ledger_intent */
    const char *note;                 /* NULL also if there is nothing to note */
    const uint8_t *reference_list; /* the DER list of a certificate by reference; NULL: by value */
    size_t reference_list_length;
};

/* What was made. */
struct minted {
    char serial[2 * CERT_SERIAL_OCTETS + 1];
    unsigned char *der; /* OPENSSL_malloc'd */
    size_t length;
    X509 *certificate;
};
void minted_free(struct minted *minted);

/*
 * Signs and records. When it returns true the certificate is in the ledger; its output file is then
 * the caller's to write. When it fails after the intent, the serial is recorded as abandoned and
 * the token stays unused. A signal (interrupt.h) ends it before the HSM is asked, as a failure; one
 * that comes later ends nothing, for then there is a certificate to be written.
 */
bool mint_certificate(struct mint *mint, struct minted *minted, struct sti_error *err);

/*
 * Writes the certificate in PEM, to `path`, and uses `out` up. Should that fail, the error says how
 * to get the certificate out of the ledger, where it is in any case.
 */
bool minted_write(const struct minted *minted, const char *path, struct file_out *out,
                  struct sti_error *err);

#endif
