/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "cert.h"
#include "clock.h"
#include "crl_succession.h"
#include "report.h"
#include "text.h"

char *report_name(const X509_NAME *name)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    char *copy = NULL;
    if (bio != NULL && X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) >= 0) {
        long length = BIO_get_mem_data(bio, &text);
        copy = strndup(length > 0 ? text : "", length > 0 ? (size_t)length : 0);
    }
    BIO_free(bio);
    return copy;
}

char *report_name_der(const X509_NAME *name)
{
    unsigned char *der = NULL;
    int length = i2d_X509_NAME(name, &der);
    char *text = length < 0 ? NULL : malloc(((size_t)length + 2) / 3 * 4 + 1);
    if (text != NULL)
        EVP_EncodeBlock((unsigned char *)text, der, length);
    OPENSSL_free(der);
    return text;
}

bool report_digest(json_t *report, char text[65])
{
    unsigned char digest[CERT_DIGEST_OCTETS];
    json_t *rest = json_copy(report);
    if (rest != NULL)
        json_object_del(rest, "sha256");
    char *octets = rest == NULL ? NULL : json_dumps(rest, JSON_COMPACT | JSON_SORT_KEYS);
    bool ok = octets != NULL && cert_digest(octets, strlen(octets), digest, NULL);
    if (ok)
        text_hex(digest, sizeof(digest), text);
    free(octets);
    json_decref(rest);
    return ok;
}

/* ---- the whole ---- */

static bool set_text(json_t *json, const char *name, char *text)
{
    bool ok = text != NULL && json_object_set_new(json, name, json_string(text)) == 0;
    free(text);
    return ok;
}

static bool set_time(json_t *json, const char *name, int64_t time)
{
    char text[CLOCK_TEXT];
    clock_text(time, text);
    return json_object_set_new(json, name, json_string(text)) == 0;
}

static json_t *entry_json(const struct revocation *one)
{
    json_t *json = json_object();
    bool ok = json != NULL && set_text(json, "issuer", report_name(one->issuer)) &&
              set_text(json, "issuer_der", report_name_der(one->issuer)) &&
              set_text(json, "serial", crl_number_text(one->serial)) &&
              set_time(json, "date", one->date);
    if (ok && one->reason > 0)
        ok = json_object_set_new(json, "reason", json_string(crl_reason_word(one->reason))) == 0;
    if (ok)
        ok = one->uncertain ? json_object_set_new(json, "uncertain", json_true()) == 0
                            : set_time(json, "not_after", one->not_after);
    if (ok)
        return json;
    json_decref(json);
    return NULL;
}

json_t *report_json(const struct revocations *all, int64_t made_at, struct sti_error *err)
{
    char digest[65];
    json_t *report = json_object();
    json_t *entries = json_array();
    bool ok = report != NULL && entries != NULL;
    for (size_t i = 0; ok && i < all->count; i++)
        ok = json_array_append_new(entries, entry_json(&all->items[i])) == 0;
    ok = ok && json_object_set_new(report, "format", json_string(REPORT_FORMAT)) == 0 &&
         set_time(report, "made_at", made_at) && json_object_set(report, "entries", entries) == 0 &&
         report_digest(report, digest) &&
         json_object_set_new(report, "sha256", json_string(digest)) == 0;
    json_decref(entries);
    if (ok)
        return report;
    json_decref(report);
    sti_fail(err, "no memory for the revocation report");
    return NULL;
}
