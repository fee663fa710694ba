/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PEM_read_bio_PrivateKey() would do all of this, but the decoder of OpenSSL 3.0 leaves the
 * passphrase on its stack. Here it stands in one buffer, which is wiped.
 */
#include "key_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include "file.h"
#include "interrupt.h"
#include "terminal_secret.h"

/* Less than what file_read() begins with: it makes no second copy, which nobody would wipe. */
#define KEY_LIMIT ((size_t)15 * 1024)

/* How the question for the passphrase ended. */
struct asking {
    const char *path;
    bool asked;
    enum secret result;
    int why; /* errno */
};

/* A pem_password_cb; also called below. The caller wipes the buffer. */
static int ask(char *buffer, int size, int writing, void *context)
{
    struct asking *asking = context;
    char prompt[200];
    (void)writing;
    if (asking->asked)
        return -1;
    asking->asked = true;
    snprintf(prompt, sizeof(prompt), "Passphrase of %.150s: ", asking->path);
    asking->result = terminal_secret(prompt, buffer, (size_t)size);
    asking->why = errno;
    return asking->result == SECRET_READ ? (int)strlen(buffer) : -1;
}

static bool refuse(const struct asking *asking, struct sti_error *err)
{
    if (!asking->asked)
        return sti_refuse(err, "RFC 7468 section 10", "holds no private EC key in PEM");
    switch (asking->result) {
    case SECRET_READ:
        return sti_fail(err,
                        "what was typed is not the passphrase of this private key; it is asked "
                        "for once: start again");
    case SECRET_NO_TERMINAL:
        return sti_fail(err, "the passphrase of this private key is needed and there is no "
                             "terminal to ask on; run it on one");
    case SECRET_INTERRUPTED:
        return interrupt_check(err);
    case SECRET_NONE:
        return sti_fail(err, "no passphrase was given; it was not tried");
    case SECRET_TOO_LONG:
        return sti_fail(err,
                        "what was typed is longer than a passphrase can be (%d); it was not tried",
                        PEM_BUFSIZE - 2);
    case SECRET_NUL:
        return sti_fail(err, "what was typed contains a NUL octet; it was not tried");
    default:
        return sti_fail(err, "the passphrase could not be read unseen: %s", strerror(asking->why));
    }
}

/* ---- the three forms ---- */

/* A block of a PEM file. */
struct block {
    char *name;
    char *header;
    unsigned char *data;
    long length;
};

static void block_free(struct block *block)
{
    OPENSSL_free(block->name);
    OPENSSL_free(block->header);
    OPENSSL_clear_free(block->data, (size_t)block->length);
    memset(block, 0, sizeof(*block));
}

/* PrivateKeyInfo, RFC 5958. */
static EVP_PKEY *from_plain(const struct block *block)
{
    const unsigned char *at = block->data;
    PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, block->length);
    EVP_PKEY *key = info == NULL ? NULL : EVP_PKCS82PKEY(info);
    PKCS8_PRIV_KEY_INFO_free(info);
    return key;
}

/* EncryptedPrivateKeyInfo, the same clause. */
static EVP_PKEY *from_encrypted(const struct block *block, struct asking *asking)
{
    const unsigned char *at = block->data;
    char passphrase[PEM_BUFSIZE];
    PKCS8_PRIV_KEY_INFO *info = NULL;
    X509_SIG *encrypted = d2i_X509_SIG(NULL, &at, block->length);
    int length = encrypted == NULL ? -1 : ask(passphrase, sizeof(passphrase), 0, asking);
    if (length >= 0)
        info = PKCS8_decrypt(encrypted, passphrase, length);
    OPENSSL_cleanse(passphrase, sizeof(passphrase));
    EVP_PKEY *key = info == NULL ? NULL : EVP_PKCS82PKEY(info);
    PKCS8_PRIV_KEY_INFO_free(info);
    X509_SIG_free(encrypted);
    return key;
}

/* ECPrivateKey, RFC 5915; encrypted, if it is, as the header of the block says. */
static EVP_PKEY *from_traditional(struct block *block, struct asking *asking)
{
    EVP_CIPHER_INFO cipher;
    if (PEM_get_EVP_CIPHER_INFO(block->header, &cipher) != 1 ||
        PEM_do_header(&cipher, block->data, &block->length, ask, asking) != 1)
        return NULL;
    const unsigned char *at = block->data;
    return d2i_PrivateKey(EVP_PKEY_EC, NULL, &at, block->length);
}

/* The key in the first block that can be one; others, as EC PARAMETERS, are left aside. */
static EVP_PKEY *read_key(BIO *bio, struct asking *asking)
{
    EVP_PKEY *key = NULL;
    struct block block = {0};
    bool found = false;
    while (!found &&
           PEM_read_bio(bio, &block.name, &block.header, &block.data, &block.length) == 1) {
        found = true;
        if (strcmp(block.name, PEM_STRING_PKCS8) == 0)
            key = from_encrypted(&block, asking);
        else if (strcmp(block.name, PEM_STRING_PKCS8INF) == 0)
            key = from_plain(&block);
        else if (strcmp(block.name, PEM_STRING_ECPRIVATEKEY) == 0)
            key = from_traditional(&block, asking);
        else
            found = false;
        block_free(&block);
    }
    return key;
}

EVP_PKEY *key_file_read(const char *path, struct sti_error *err)
{
    struct asking asking = {.path = path};
    uint8_t *octets = NULL;
    size_t length = 0;
    if (!file_read(path, KEY_LIMIT, &octets, &length, err))
        return NULL;
    BIO *bio = BIO_new_mem_buf(octets, (int)length);
    EVP_PKEY *key = bio == NULL ? NULL : read_key(bio, &asking);
    BIO_free(bio);
    OPENSSL_cleanse(octets, length);
    free(octets);
    ERR_clear_error();
    if (key == NULL) {
        refuse(&asking, err);
        if (!asking.asked || asking.result != SECRET_INTERRUPTED)
            sti_error_in(err, path);
    }
    return key;
}
