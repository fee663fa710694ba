/* SPDX-License-Identifier: Apache-2.0 */
#include "list_statement.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "cose_sign1.h"
#include "dcbor.h"

/* 9999-12-31T23:59:59Z, the last time a certificate can have (RFC 5280 section 4.1.2.5). */
#define LAST_TIME 253402300799

bool list_statement_of(struct list_statement *statement, const struct tnauthlist *list,
                       struct sti_error *err)
{
    memset(statement, 0, sizeof(*statement));
    statement->size = list->der_length;
    statement->entries = list->count;
    return cert_digest(list->der, list->der_length, statement->digest, err);
}

/* ---- writing ---- */

bool list_statement_sign(const struct list_statement *statement, EVP_PKEY *key, uint8_t **octets,
                         size_t *length, struct sti_error *err)
{
    struct dcbor_writer writer = {0};
    uint8_t *payload = NULL;
    size_t payload_length = 0;
    bool has_url = statement->url[0] != '\0';
    dcbor_put_map(&writer, has_url ? 5 : 4);
    if (has_url) {
        dcbor_put_text(&writer, "url");
        dcbor_put_text(&writer, statement->url);
    }
    dcbor_put_text(&writer, "size");
    dcbor_put_int(&writer, (int64_t)statement->size);
    dcbor_put_text(&writer, "time");
    dcbor_put_int(&writer, statement->time);
    dcbor_put_text(&writer, "entries");
    dcbor_put_int(&writer, (int64_t)statement->entries);
    dcbor_put_text(&writer, "sha-256");
    dcbor_put_bytes(&writer, statement->digest, sizeof(statement->digest));
    if (!dcbor_finish(&writer, &payload, &payload_length, err))
        return false;
    const struct cose_content content = {LIST_STATEMENT_TYPE, payload, payload_length, false};
    bool ok = cose_sign1_make(&content, key, octets, length, err);
    free(payload);
    return ok;
}

/* ---- reading ---- */

/* Reads one of the numbers of a statement, which are never 0. */
static bool read_size(struct dcbor_reader *reader, const char *what, size_t *size,
                      struct sti_error *err)
{
    int64_t value = 0;
    if (!dcbor_int(reader, what, 1, TNAUTHLIST_MAX_OCTETS, &value, err))
        return false;
    *size = (size_t)value;
    return true;
}

static bool read_url(struct dcbor_reader *reader, struct list_statement *statement,
                     struct sti_error *err)
{
    struct dcbor_item item;
    if (!dcbor_text(reader, "url", 1, LIST_STATEMENT_MAX_URL, &item, err))
        return false;
    memcpy(statement->url, item.octets, item.length);
    statement->url[item.length] = '\0';
    return true;
}

static bool read_digest(struct dcbor_reader *reader, struct list_statement *statement,
                        struct sti_error *err)
{
    struct dcbor_item item;
    if (!dcbor_bytes(reader, "sha-256", CERT_DIGEST_OCTETS, CERT_DIGEST_OCTETS, &item, err))
        return false;
    memcpy(statement->digest, item.octets, CERT_DIGEST_OCTETS);
    return true;
}

static bool read_member(struct dcbor_reader *reader, const struct dcbor_item *name,
                        struct list_statement *statement, struct sti_error *err)
{
    if (dcbor_is(name, "url"))
        return read_url(reader, statement, err);
    if (dcbor_is(name, "size"))
        return read_size(reader, "size", &statement->size, err);
    if (dcbor_is(name, "time"))
        return dcbor_int(reader, "time", 0, LAST_TIME, &statement->time, err);
    if (dcbor_is(name, "entries"))
        return read_size(reader, "entries", &statement->entries, err);
    if (dcbor_is(name, "sha-256"))
        return read_digest(reader, statement, err);
    sti_refuse(err, NULL,
               "the statement has a member that is none of url, size, time, entries and "
               "sha-256");
    if (err != NULL)
        err->offset = name->offset;
    return false;
}

/* Members stand once each, so that as many as there are with or without a URL are all. */
static bool read_payload(struct list_statement *statement, struct dcbor_reader *reader,
                         struct sti_error *err)
{
    struct dcbor_map map;
    struct dcbor_item name;
    if (!dcbor_map(reader, "the statement", 4, 5, &map, err))
        return false;
    size_t members = map.left;
    while (map.left > 0)
        if (!dcbor_map_key(reader, &map, &name, err) || !read_member(reader, &name, statement, err))
            return false;
    if ((members == 5) != (statement->url[0] != '\0'))
        return sti_refuse(err, NULL,
                          "the statement has not each of size, time, entries and sha-256");
    return dcbor_end(reader, "the statement", err);
}

bool list_statement_read(struct list_statement *statement, const uint8_t *octets, size_t length,
                         EVP_PKEY *key, struct sti_error *err)
{
    struct cose_sign1 message;
    memset(statement, 0, sizeof(*statement));
    if (!cose_sign1_read(&message, octets, length, err))
        return false;
    if (strcmp(message.content_type, LIST_STATEMENT_TYPE) != 0)
        return sti_refuse(err, "RFC 9052 section 3.1",
                          "its content type is \"%s\", not %s: it is no statement of a list",
                          message.content_type, LIST_STATEMENT_TYPE);
    if (!cose_sign1_verify(&message, key, NULL, 0, err))
        return false;
    struct dcbor_reader reader = {message.payload, message.payload_length, 0,
                                  (size_t)(message.payload - octets)};
    return read_payload(statement, &reader, err);
}

/* ---- judging ---- */

bool list_statement_check_time(const struct list_statement *statement, X509 *certificate,
                               struct sti_error *err)
{
    time_t time = (time_t)statement->time;
    int begin = ASN1_TIME_cmp_time_t(X509_get0_notBefore(certificate), time);
    int end = ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate), time);
    if ((begin == -1 || begin == 0) && (end == 0 || end == 1))
        return true;
    return sti_refuse(err, "RFC 5280 section 4.1.2.5",
                      "the statement's time, %" PRId64 " seconds since 1970, lies outside the "
                      "validity of the signer's certificate",
                      statement->time);
}

static void hex(const unsigned char *octets, size_t length, char *text)
{
    for (size_t i = 0; i < length; i++)
        snprintf(text + 2 * i, 3, "%02x", octets[i]);
}

static bool check_digest(const struct list_statement *statement, const uint8_t *document,
                         size_t length, struct sti_error *err)
{
    unsigned char digest[CERT_DIGEST_OCTETS];
    char has[2 * CERT_DIGEST_OCTETS + 1];
    char wanted[2 * CERT_DIGEST_OCTETS + 1];
    if (!cert_digest(document, length, digest, err))
        return false;
    if (CRYPTO_memcmp(digest, statement->digest, sizeof(digest)) == 0)
        return true;
    hex(digest, sizeof(digest), has);
    hex(statement->digest, sizeof(digest), wanted);
    return sti_refuse(err, NULL,
                      "is not the list that was approved: its SHA-256 is %s, the statement says "
                      "%s; have the approved one published again",
                      has, wanted);
}

bool list_statement_fits(const struct list_statement *statement, const uint8_t *document,
                         size_t length, struct sti_error *err)
{
    struct tnauthlist list;
    if (length != statement->size)
        return sti_refuse(err, NULL,
                          "is not the list that was approved: it has %zu octets, the statement "
                          "says %zu; have the approved one published again, without any change "
                          "on the way",
                          length, statement->size);
    if (!check_digest(statement, document, length, err) ||
        !tnauthlist_decode(&list, document, length, NULL, err))
        return false;
    size_t entries = list.count;
    tnauthlist_free(&list);
    return entries == statement->entries ||
           sti_refuse(err, NULL,
                      "has %zu entries, the statement says %zu although the SHA-256 is right: do "
                      "not trust this statement",
                      entries, statement->entries);
}
