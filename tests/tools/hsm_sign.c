/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signs a file with SHA-256 and a key on P-256 in one of the two ways that the room hsm/ has, and
 * writes the signature in DER to standard output.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "hsm.h"

#define TEXT_MAX 65536

static unsigned char text[TEXT_MAX];

/* Through libp11's EVP_PKEY, as certificates are signed. */
static bool sign_evp(struct hsm *hsm, const struct hsm_uri *uri, size_t length,
                     struct hsm_signature *signature, struct sti_error *err)
{
    EVP_PKEY *key = hsm_key_open(hsm, uri, err);
    if (key == NULL)
        return false;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    signature->length = sizeof(signature->der);
    bool good = EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestSign(ctx, signature->der, &signature->length, text, length) == 1;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    return good || sti_fail(err, "EVP_DigestSign fails");
}

/* By C_Sign, in a session of its own, as batches are. */
static bool sign_raw(struct hsm *hsm, const struct hsm_uri *uri, size_t length,
                     struct hsm_signature *signature, struct sti_error *err)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int digest_length = 0;
    struct hsm_signer *signer = hsm_signer_open(hsm, uri, err);
    if (signer == NULL)
        return false;
    bool good = EVP_Digest(text, length, digest, &digest_length, EVP_sha256(), NULL) == 1
                    ? hsm_signer_sign(signer, digest, digest_length, signature, err)
                    : sti_fail(err, "EVP_Digest fails");
    hsm_signer_close(signer);
    return good;
}

static int run(const char *way, const struct hsm_uri *uri, size_t length, struct sti_error *err)
{
    struct hsm_signature signature;
    struct hsm *hsm = hsm_open(uri, NULL, NULL, err);
    if (hsm == NULL)
        return 3;
    bool good = strcmp(way, "evp") == 0 ? sign_evp(hsm, uri, length, &signature, err)
                                        : sign_raw(hsm, uri, length, &signature, err);
    hsm_close(hsm);
    if (good && fwrite(signature.der, 1, signature.length, stdout) != signature.length)
        good = sti_fail(err, "standard output cannot be written");
    return good ? 0 : 3;
}

int main(int argc, char **argv)
{
    if (argc != 4 || (strcmp(argv[1], "evp") != 0 && strcmp(argv[1], "raw") != 0)) {
        fputs("Usage: hsm_sign evp|raw PKCS11-URI FILE\n", stderr);
        return 2;
    }
    FILE *file = fopen(argv[3], "re");
    size_t length = file == NULL ? 0 : fread(text, 1, sizeof(text), file);
    if (length == 0 || length == sizeof(text)) {
        fprintf(stderr, "hsm_sign: %s is not there, empty or too long\n", argv[3]);
        return 2;
    }
    fclose(file);
    struct sti_error err;
    sti_error_clear(&err);
    struct hsm_uri *uri = hsm_uri_parse(argv[2], NULL, &err);
    int status = uri == NULL ? 2 : run(argv[1], uri, length, &err);
    if (status != 0)
        fprintf(stderr, "hsm_sign: %s\n", err.sentence);
    hsm_uri_free(uri);
    return status;
}
