/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the CSR that openssl no longer makes: every extension in it stands twice, and its signature
 * is good. usage: double_extensions CSR.pem KEY.pem >TWICE.pem
 */
#include <stdio.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

static X509_REQ *read_csr(const char *path)
{
    BIO *bio = BIO_new_file(path, "r");
    X509_REQ *csr = bio == NULL ? NULL : PEM_read_bio_X509_REQ(bio, NULL, NULL, NULL);
    BIO_free(bio);
    return csr;
}

static EVP_PKEY *read_key(const char *path)
{
    BIO *bio = BIO_new_file(path, "r");
    EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    BIO_free(bio);
    return key;
}

/* Replaces the extensionRequest by one with every extension twice. */
static int double_all(X509_REQ *csr)
{
    STACK_OF(X509_EXTENSION) *extensions = X509_REQ_get_extensions(csr);
    int count = sk_X509_EXTENSION_num(extensions);
    int ok = count > 0;
    for (int i = 0; ok && i < count; i++)
        ok = sk_X509_EXTENSION_push(extensions,
                                    X509_EXTENSION_dup(sk_X509_EXTENSION_value(extensions, i))) > 0;
    int index = X509_REQ_get_attr_by_NID(csr, NID_ext_req, -1);
    if (ok && index >= 0)
        X509_ATTRIBUTE_free(X509_REQ_delete_attr(csr, index));
    ok = ok && X509_REQ_add_extensions(csr, extensions) == 1;
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    return ok;
}

int main(int argc, char **argv)
{
    X509_REQ *csr = argc == 3 ? read_csr(argv[1]) : NULL;
    EVP_PKEY *key = argc == 3 ? read_key(argv[2]) : NULL;
    int ok = csr != NULL && key != NULL && double_all(csr) &&
             X509_REQ_sign(csr, key, EVP_sha256()) > 0 && PEM_write_X509_REQ(stdout, csr) == 1;
    X509_REQ_free(csr);
    EVP_PKEY_free(key);
    if (!ok)
        fprintf(stderr, "usage: double_extensions CSR.pem KEY.pem >TWICE.pem\n");
    return ok ? 0 : 1;
}
