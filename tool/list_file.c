/* SPDX-License-Identifier: Apache-2.0 */
#include "list_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base64url.h"
#include "cert.h"
#include "csr.h"
#include "file.h"
#include "list_extension.h"
#include "token.h"

#define MAX_FILE ((size_t)512 * 1024 * 1024)

#define PEM_BEGIN "-----BEGIN "
#define BLANKS " \t\r\n"

/* For encrypted PEM blocks: without a passphrase libcrypto would ask for one on the terminal. */
static char no_passphrase[] = "";

/* What was read from the file, and what it turns out to be. */
struct octets {
    uint8_t *octets;
    size_t length;
};

/* Keeps a copy of the list's octets: what they stood in is gone afterwards. */
static bool keep(struct list_file *file, const uint8_t *der, size_t length, struct sti_error *err)
{
    file->der = malloc(length + 1);
    if (file->der == NULL)
        return sti_fail(err, "no memory for the list");
    memcpy(file->der, der, length);
    file->der_length = length;
    return file->lenient || tnauthlist_decode(&file->list, file->der, length, NULL, err);
}

static bool from_certificate(struct list_file *file, X509 *certificate, struct sti_error *err)
{
    const struct list_place place = {X509_get0_extensions(certificate), "certificate"};
    const uint8_t *der = NULL;
    size_t length = 0;
    file->kind = "certificate";
    bool ok = list_extension_find(&place, &der, &length, err) && keep(file, der, length, err);
    X509_free(certificate);
    return ok;
}

static bool from_csr(struct list_file *file, const struct octets *in, struct sti_error *err)
{
    const uint8_t *der = NULL;
    size_t length = 0;
    file->kind = "CSR";
    struct csr *csr = csr_read(in->octets, in->length, err);
    struct list_place place = {csr == NULL ? NULL : csr->extensions, "CSR"};
    bool ok = csr != NULL && list_extension_find(&place, &der, &length, err) &&
              keep(file, der, length, err);
    csr_free(csr);
    return ok;
}

static bool from_token(struct list_file *file, const struct octets *in, struct sti_error *err)
{
    file->kind = "token";
    struct token_claim *claim = token_read_unverified((const char *)in->octets, in->length, err);
    bool ok = claim != NULL && keep(file, claim->list, claim->list_length, err);
    token_claim_free(claim);
    return ok;
}

static bool from_text(struct list_file *file, const struct octets *in, struct sti_error *err)
{
    struct tnauthlist_builder builder = {0};
    size_t length = 0;
    file->kind = "list as text";
    bool ok = tnauthlist_parse(&builder, (const char *)in->octets, in->length, err) &&
              tnauthlist_builder_finish(&builder, &file->der, &length, err);
    tnauthlist_builder_free(&builder);
    file->der_length = length;
    ok = ok && (file->lenient || tnauthlist_decode(&file->list, file->der, length, NULL, err));
    return ok;
}

/* One block of a bare list, and no other block beside it: which was meant would be a guess. */
static bool from_list_pem(struct list_file *file, const struct octets *in, struct sti_error *err)
{
    char *name = NULL;
    char *header = NULL;
    unsigned char *der = NULL;
    long length = 0;
    const char *first = strstr((const char *)in->octets, PEM_BEGIN);
    if (strstr(first + 1, PEM_BEGIN) != NULL)
        return sti_refuse(err, NULL,
                          "has a " LIST_PEM_LABEL " block and another one; give one at a time");
    file->kind = "list in PEM";
    BIO *bio = BIO_new_mem_buf(in->octets, (int)in->length);
    bool ok =
        bio != NULL && PEM_read_bio(bio, &name, &header, &der, &length) == 1 && header[0] == '\0';
    BIO_free(bio);
    ERR_clear_error();
    ok =
        ok ? keep(file, der, (size_t)length, err)
           : sti_refuse(err, "RFC 7468 section 3", "has a " LIST_PEM_LABEL " block that is broken");
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(der);
    return ok;
}

static bool from_pem(struct list_file *file, const struct octets *in, struct sti_error *err)
{
    if (strstr((const char *)in->octets, PEM_BEGIN LIST_PEM_LABEL "-----") != NULL)
        return from_list_pem(file, in, err);
    if (strstr((const char *)in->octets, "-----BEGIN CERTIFICATE REQUEST-----") != NULL ||
        strstr((const char *)in->octets, "-----BEGIN NEW CERTIFICATE REQUEST-----") != NULL)
        return from_csr(file, in, err);
    BIO *bio = BIO_new_mem_buf(in->octets, (int)in->length);
    X509 *certificate = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, no_passphrase);
    BIO_free(bio);
    ERR_clear_error();
    if (certificate == NULL)
        return sti_refuse(err, NULL,
                          "holds neither a certificate nor a CSR in PEM, nor a " LIST_PEM_LABEL);
    return from_certificate(file, certificate, err);
}

/* True if the element behind the outer header is a SEQUENCE: so a certificate or CSR begins, while
 * a list begins with a context tag. */
static bool begins_like_certificate(const struct octets *in)
{
    const unsigned char *at = in->octets;
    long length = 0;
    int tag = 0;
    int class = 0;
    return (ASN1_get_object(&at, &length, &tag, &class, (long)in->length) & 0x80) == 0 &&
           length > 0 && *at == 0x30;
}

static bool from_der(struct list_file *file, const struct octets *in, struct sti_error *err)
{
    bool nested = begins_like_certificate(in);
    ERR_clear_error();
    if (!nested) {
        file->kind = "list";
        return keep(file, in->octets, in->length, err);
    }
    const unsigned char *at = in->octets;
    X509 *certificate = d2i_X509(NULL, &at, (long)in->length);
    ERR_clear_error();
    if (certificate == NULL)
        return from_csr(file, in, err);
    if (at != in->octets + in->length) {
        X509_free(certificate);
        return sti_refuse(err, "X.690 section 8.1", "has octets behind the certificate");
    }
    return from_certificate(file, certificate, err);
}

/*
 * True if all octets could be base64, and the first ones stand for the SEQUENCE that a list and a
 * certificate are: 0x30 is M and a letter up to P.
 */
static bool looks_like_base64(const struct octets *in)
{
    size_t at = strspn((const char *)in->octets, BLANKS);
    size_t end = in->length;
    if (at == end)
        return false;
    while (end > at && in->octets[end - 1] != '\0' && strchr(BLANKS, in->octets[end - 1]) != NULL)
        end--;
    size_t second = at + 1 + strspn((const char *)in->octets + at + 1, "\r\n");
    if (end <= second || in->octets[at] != 'M' || in->octets[second] < 'A' ||
        in->octets[second] > 'P')
        return false;
    for (; at < end; at++) {
        char c = (char)in->octets[at];
        if (base64url_value(c) < 0 && (c == '\0' || strchr("+/=\r\n", c) == NULL))
            return false;
    }
    return true;
}

/* To what base64url_decode() reads: one alphabet, no line ends, no padding. */
static bool plain_base64(const struct octets *in, char *to, size_t *length, struct sti_error *err)
{
    bool standard = false;
    bool url = false;
    size_t pads = 0;
    *length = 0;
    for (size_t i = 0; i < in->length; i++) {
        char c = (char)in->octets[i];
        if (strchr(BLANKS, c) != NULL)
            continue;
        if (c == '=') {
            pads++;
            continue;
        }
        if (pads > 0)
            return sti_refuse(err, "RFC 4648 section 3.3", "has base64 behind the padding \"=\"");
        standard = standard || c == '+' || c == '/';
        url = url || c == '-' || c == '_';
        to[(*length)++] = (char)(c == '+' ? '-' : c == '/' ? '_' : c);
    }
    if (standard && url)
        return sti_refuse(err, "RFC 4648 section 5", "mixes base64 (+ /) and base64url (- _)");
    if (pads > 2 || (pads > 0 && (*length + pads) % 4 != 0))
        return sti_refuse(err, "RFC 4648 section 4",
                          "has base64 with wrong padding: it was cut, or joined from pieces");
    return true;
}

static bool from_base64(struct list_file *file, const struct octets *in, struct sti_error *err)
{
    struct octets der = {NULL, 0};
    size_t length = 0;
    char *plain = malloc(in->length);
    bool ok = plain != NULL ? plain_base64(in, plain, &length, err)
                            : sti_fail(err, "no memory for the list");
    if (ok && !base64url_decode(plain, length, &der.octets, &der.length, err)) {
        if (err != NULL)
            err->offset = STI_NOWHERE; /* a place in `plain` helps nobody */
        ok = false;
    }
    free(plain);
    ok = ok && from_der(file, &der, err);
    free(der.octets);
    if (ok && strcmp(file->kind, "list") == 0)
        file->kind = "list in base64";
    return ok;
}

/* True for what could be meant as the text form: the parser then says what is wrong with it. */
static bool looks_like_text(const struct octets *in)
{
    const char *text = (const char *)in->octets;
    text += strspn(text, BLANKS ",");
    return strncasecmp(text, "SPC:", 4) == 0 || strncasecmp(text, "TN:", 3) == 0 || *text == ';' ||
           *text == '#';
}

static bool recognise(struct list_file *file, const struct octets *in, struct sti_error *err)
{
    if (in->length == 0)
        return sti_refuse(err, NULL, "is empty");
    if (in->length > INT_MAX)
        return sti_refuse(err, NULL, "is too large");
    if (in->octets[0] == 0x30)
        return from_der(file, in, err);
    if (strstr((const char *)in->octets, "-----BEGIN ") != NULL)
        return from_pem(file, in, err);
    if (token_looks_like((const char *)in->octets, in->length))
        return from_token(file, in, err);
    if (looks_like_base64(in))
        return from_base64(file, in, err);
    if (looks_like_text(in))
        return from_text(file, in, err);
    if (file->lenient) {
        file->kind = "list";
        return keep(file, in->octets, in->length, err);
    }
    return sti_refuse(
        err, NULL,
        "is no TNAuthList (DER, PEM, base64 or text), certificate, CSR or SPC token that can "
        "be recognised");
}

static bool read_file(const char *path, struct list_file *file, bool lenient, struct sti_error *err)
{
    struct octets in = {NULL, 0};
    memset(file, 0, sizeof(*file));
    file->lenient = lenient;
    if (!file_read(path, MAX_FILE, &in.octets, &in.length, err))
        return false;
    bool ok = recognise(file, &in, err);
    free(in.octets);
    if (!ok) {
        list_file_free(file);
        sti_error_in(err, strcmp(path, "-") == 0 ? "standard input" : path);
    }
    return ok;
}

bool list_file_read(const char *path, struct list_file *file, struct sti_error *err)
{
    return read_file(path, file, false, err);
}

bool list_file_read_octets(const char *path, struct list_file *file, struct sti_error *err)
{
    return read_file(path, file, true, err);
}

void list_file_free(struct list_file *file)
{
    tnauthlist_free(&file->list);
    free(file->der);
    memset(file, 0, sizeof(*file));
}

/* Prints one entry; only an SPC of enormous length needs more than the buffer on the stack. */
static bool print_entry(const struct tnauthlist *list, size_t index, const char *indent)
{
    char text[256];
    size_t length = tnauthlist_entry_text(list, index, text, sizeof(text));
    if (length < sizeof(text))
        return printf("%s%s\n", indent, text) >= 0;
    char *longer = malloc(length + 1);
    if (longer == NULL)
        return false;
    tnauthlist_entry_text(list, index, longer, length + 1);
    bool ok = printf("%s%s\n", indent, longer) >= 0;
    free(longer);
    return ok;
}

bool list_print(const struct tnauthlist *list, const char *indent, struct sti_error *err)
{
    for (size_t i = 0; i < list->count; i++)
        if (!print_entry(list, i, indent))
            return sti_fail(err, "the list could not be printed: %s", strerror(errno));
    return true;
}
