/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An example for libcrypto with libtnauthlist: verifies a certificate that may have a critical
 * TNAuthList. libcrypto handles a fixed set of extensions and refuses a certificate with any other
 * critical one (error 34); it leaves the last word to the program's verify callback. This one lets
 * a certificate pass if all that libcrypto does not handle is a TNAuthList that can be read.
 *
 *   cc verify_critical.c $(pkg-config --cflags --libs tnauthlist libcrypto) -o verify_critical
 *   verify_critical root.pem intermediate.pem certificate.pem
 *
 * It compares no list with anything. A program that verifies a call asks the list for the number,
 * as covers.c does.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <tnauthlist.h>

static bool is_list(X509_EXTENSION *extension)
{
    char oid[64];
    return OBJ_obj2txt(oid, sizeof(oid), X509_EXTENSION_get_object(extension), 1) > 0 &&
           strcmp(oid, TNAUTHLIST_OID) == 0;
}

/* A critical extension must be processed (RFC 5280 section 4.2): here it must at least be a list.
 */
static bool can_be_read(X509_EXTENSION *extension)
{
    const ASN1_OCTET_STRING *octets = X509_EXTENSION_get_data(extension);
    struct tnauthlist list;
    struct sti_error err;
    bool ok = tnauthlist_decode(&list, ASN1_STRING_get0_data(octets),
                                (size_t)ASN1_STRING_length(octets), NULL, &err);
    if (!ok) {
        char line[512];
        sti_error_text(&err, line, sizeof(line));
        fprintf(stderr, "verify_critical: %s\n", line);
    }
    tnauthlist_free(&list);
    return ok;
}

/* Is a readable TNAuthList all that is critical in the certificate and unknown to libcrypto? */
static bool only_the_list(const X509 *certificate)
{
    for (int i = 0; i < X509_get_ext_count(certificate); i++) {
        X509_EXTENSION *extension = (X509_EXTENSION *)X509_get_ext(certificate, i);
        if (!X509_EXTENSION_get_critical(extension) || X509_supported_extension(extension))
            continue;
        if (!is_list(extension) || !can_be_read(extension))
            return false;
    }
    return true;
}

static int on_verify(int ok, X509_STORE_CTX *ctx)
{
    if (ok || X509_STORE_CTX_get_error(ctx) != X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION ||
        !only_the_list(X509_STORE_CTX_get_current_cert(ctx)))
        return ok;
    X509_STORE_CTX_set_error(ctx, X509_V_OK);
    return 1;
}

static X509 *read_certificate(const char *path)
{
    BIO *in = BIO_new_file(path, "r");
    X509 *certificate = in == NULL ? NULL : PEM_read_bio_X509(in, NULL, NULL, NULL);
    BIO_free(in);
    return certificate;
}

static bool verify(X509 *root, X509 *intermediate, X509 *certificate, const char **why)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    STACK_OF(X509) *untrusted = sk_X509_new_null();
    bool ok = store != NULL && ctx != NULL && untrusted != NULL &&
              X509_STORE_add_cert(store, root) == 1 && sk_X509_push(untrusted, intermediate) > 0 &&
              X509_STORE_CTX_init(ctx, store, certificate, untrusted) == 1;
    *why = "out of memory";
    if (ok) {
        X509_STORE_CTX_set_verify_cb(ctx, on_verify);
        ok = X509_verify_cert(ctx) == 1;
        *why = X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx));
    }
    sk_X509_free(untrusted);
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    return ok;
}

int main(int argc, char **argv)
{
    X509 *chain[3] = {NULL};
    bool ok = argc == 4;
    for (int i = 0; ok && i < 3; i++) {
        chain[i] = read_certificate(argv[i + 1]);
        ok = chain[i] != NULL;
    }
    if (!ok) {
        fprintf(stderr, "usage: verify_critical ROOT.pem INTERMEDIATE.pem CERTIFICATE.pem\n");
    } else {
        const char *why;
        ok = verify(chain[0], chain[1], chain[2], &why);
        if (ok)
            printf("%s: OK\n", argv[3]);
        else
            fprintf(stderr, "verify_critical: %s: %s\n", argv[3], why);
    }
    for (int i = 0; i < 3; i++)
        X509_free(chain[i]);
    return ok ? 0 : 1;
}
