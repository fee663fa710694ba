/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a CSR, in PEM on standard output, for a key in an HSM: what the CSR in the file asks for,
 * but with the HSM's public key and signed by it.
 */
#include <openssl/pem.h>
#include <stdio.h>

#include "hsm.h"

static X509_REQ *read_csr(const char *path)
{
    FILE *file = fopen(path, "re");
    X509_REQ *csr = file == NULL ? NULL : PEM_read_X509_REQ(file, NULL, NULL, NULL);
    if (file != NULL)
        fclose(file);
    return csr;
}

static bool sign(X509_REQ *csr, const struct hsm_uri *uri, struct sti_error *err)
{
    struct hsm *hsm = hsm_open(uri, NULL, NULL, err);
    EVP_PKEY *public = hsm == NULL ? NULL : hsm_key_public(hsm, uri, err);
    EVP_PKEY *key = public == NULL ? NULL : hsm_key_open(hsm, uri, err);
    bool ok = key != NULL;
    if (ok)
        ok = (X509_REQ_set_pubkey(csr, public) == 1 && X509_REQ_sign(csr, key, EVP_sha256()) > 0 &&
              PEM_write_X509_REQ(stdout, csr) == 1) ||
             sti_fail(err, "the CSR cannot be signed");
    EVP_PKEY_free(key);
    EVP_PKEY_free(public);
    hsm_close(hsm);
    return ok;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fputs("Usage: hsm_csr PKCS11-URI FILE\n", stderr);
        return 2;
    }
    struct sti_error err;
    sti_error_clear(&err);
    X509_REQ *csr = read_csr(argv[2]);
    struct hsm_uri *uri = csr == NULL ? NULL : hsm_uri_parse(argv[1], NULL, &err);
    bool ok = csr == NULL ? sti_fail(&err, "%s is no CSR in PEM", argv[2])
                          : uri != NULL && sign(csr, uri, &err);
    if (!ok)
        fprintf(stderr, "hsm_csr: %s\n", err.sentence);
    hsm_uri_free(uri);
    X509_REQ_free(csr);
    return ok ? 0 : 3;
}
