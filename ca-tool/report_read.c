/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a revocation report: it came from elsewhere, and one form of everything is enough. */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "clock.h"
#include "crl_succession.h"
#include "file.h"
#include "report.h"

#define MAX_FILE ((size_t)256 * 1024 * 1024)

/* One entry being read. */
struct reading {
    json_t *json;
    size_t index; /* 1 is the first */
    struct revocation one;
    struct sti_error *err;
};

static bool bad(const struct reading *in, const char *member, const char *sentence)
{
    sti_refuse(in->err, NULL, "%s", sentence);
    return sti_error_part(in->err, "entry %zu, %s", in->index, member);
}

/* A string member; NULL with an error if it is none. */
static const char *text_of(const struct reading *in, const char *member)
{
    const char *text = json_string_value(json_object_get(in->json, member));
    if (text == NULL)
        bad(in, member, "is missing or is no string");
    return text;
}

/* What is written is read again and compared, so that everything has one form. */
static bool read_time(const struct reading *in, const char *member, int64_t *seconds)
{
    char again[CLOCK_TEXT];
    const char *text = text_of(in, member);
    if (text == NULL)
        return false;
    if (!clock_parse_time(text, seconds, NULL))
        return bad(in, member, "is no time as in 2026-01-31T23:59:59Z");
    clock_text(*seconds, again);
    return strcmp(text, again) == 0 || bad(in, member, "is no time as in 2026-01-31T23:59:59Z");
}

static X509_NAME *decode_name(const char *base64)
{
    size_t length = strlen(base64);
    if (length == 0 || length > 65536 || length % 4 != 0)
        return NULL;
    unsigned char *der = malloc(length);
    X509_NAME *name = NULL;
    int octets =
        der == NULL ? -1 : EVP_DecodeBlock(der, (const unsigned char *)base64, (int)length);
    /* It counts the octets that padding stands for, too; the comparison below has the last word. */
    if (octets > 0) {
        const unsigned char *at = der;
        name = d2i_X509_NAME(NULL, &at, octets);
    }
    ERR_clear_error();
    free(der);
    return name;
}

static bool read_issuer(struct reading *in)
{
    const char *text = text_of(in, "issuer");
    const char *base64 = text_of(in, "issuer_der");
    if (text == NULL || base64 == NULL)
        return false;
    in->one.issuer = decode_name(base64);
    char *again = in->one.issuer == NULL ? NULL : report_name_der(in->one.issuer);
    char *words = in->one.issuer == NULL ? NULL : report_name(in->one.issuer);
    bool is_name = again != NULL && strcmp(again, base64) == 0;
    bool is_same = words != NULL && strcmp(words, text) == 0;
    free(again);
    free(words);
    if (!is_name)
        return bad(in, "issuer_der", "is not the base64 of a name in DER");
    return is_same || bad(in, "issuer", "is not the name that issuer_der has");
}

static bool read_serial(struct reading *in)
{
    const char *text = text_of(in, "serial");
    BIGNUM *number = NULL;
    if (text == NULL)
        return false;
    size_t length = strlen(text);
    if (length > 0 && length <= 2 * CRL_NUMBER_OCTETS &&
        strspn(text, "0123456789ABCDEF") == length && BN_hex2bn(&number, text) > 0)
        in->one.serial = BN_to_ASN1_INTEGER(number, NULL);
    BN_free(number);
    char *again = in->one.serial == NULL ? NULL : crl_number_text(in->one.serial);
    bool ok = again != NULL && strcmp(again, text) == 0;
    free(again);
    return ok || bad(in, "serial",
                     "is no serial number in upper-case hex, two digits an octet, without leading "
                     "00");
}

static bool read_reason(struct reading *in)
{
    in->one.reason = CRL_NO_REASON;
    if (json_object_get(in->json, "reason") == NULL)
        return true;
    const char *word = text_of(in, "reason");
    if (word == NULL)
        return false;
    return (crl_reason_read(word, &in->one.reason, in->err) && in->one.reason > 0) ||
           bad(in, "reason",
               "is no reason of RFC 5280 section 5.3.1; \"unspecified\" is left out instead");
}

static bool check_members(const struct reading *in)
{
    static const char *const known[] = {"issuer", "issuer_der", "serial",   "date",
                                        "reason", "not_after",  "uncertain"};
    const char *name;
    json_t *value;
    if (!json_is_object(in->json))
        return bad(in, "the whole", "is no object");
    json_object_foreach(in->json, name, value)
    {
        bool is_known = false;
        for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
            is_known = is_known || strcmp(name, known[i]) == 0;
        if (!is_known)
            return bad(in, "the whole", "has an unknown member");
    }
    return true;
}

static bool read_entry(struct reading *in)
{
    json_t *uncertain = json_object_get(in->json, "uncertain");
    if (!check_members(in) || !read_issuer(in) || !read_serial(in) ||
        !read_time(in, "date", &in->one.date) || !read_reason(in))
        return false;
    in->one.uncertain = uncertain != NULL;
    if (uncertain != NULL && !json_is_true(uncertain))
        return bad(in, "uncertain", "is not true, and would be left out otherwise");
    if ((json_object_get(in->json, "not_after") == NULL) != in->one.uncertain)
        return bad(in, "not_after",
                   "goes with every certificate, and not with an uncertain serial");
    return in->one.uncertain || read_time(in, "not_after", &in->one.not_after);
}

static bool read_entries(json_t *entries, struct revocations *all, struct sti_error *err)
{
    for (size_t i = 0; i < json_array_size(entries); i++) {
        struct reading in = {.json = json_array_get(entries, i), .index = i + 1, .err = err};
        if (!read_entry(&in)) {
            revocation_clear(&in.one);
            return false;
        }
        if (!revocations_add(all, &in.one, err))
            return false;
    }
    return true;
}

static bool read_report(json_t *report, struct revocations *all, struct sti_error *err)
{
    char digest[65];
    int64_t made_at = 0;
    const char *format = json_string_value(json_object_get(report, "format"));
    const char *sha256 = json_string_value(json_object_get(report, "sha256"));
    json_t *entries = json_object_get(report, "entries");
    if (format == NULL || strcmp(format, REPORT_FORMAT) != 0)
        return sti_refuse(err, NULL, "is no revocation report of the format \"" REPORT_FORMAT "\"");
    if (json_object_size(report) != 4 || sha256 == NULL || !json_is_array(entries) ||
        !clock_parse_time(json_is_string(json_object_get(report, "made_at"))
                              ? json_string_value(json_object_get(report, "made_at"))
                              : "",
                          &made_at, NULL))
        return sti_refuse(err, NULL,
                          "does not have format, made_at, entries and sha256, and nothing else");
    if (!report_digest(report, digest))
        return sti_fail(err, "no memory for a revocation report");
    if (strcmp(digest, sha256) != 0)
        return sti_refuse(err, NULL,
                          "was changed on its way: its SHA-256 is not the one it says; get it once "
                          "more");
    return read_entries(entries, all, err);
}

bool report_read(const char *path, struct revocations *all, struct sti_error *err)
{
    uint8_t *octets;
    size_t length = 0;
    json_error_t why;
    if (!file_read(path, MAX_FILE, &octets, &length, err))
        return false;
    json_t *report = json_loadb((const char *)octets, length, JSON_REJECT_DUPLICATES, &why);
    bool ok = report != NULL ? read_report(report, all, err)
                             : sti_refuse(err, "RFC 8259", "is not JSON: %.200s", why.text);
    json_decref(report);
    free(octets);
    return ok || sti_error_in(err, path);
}
