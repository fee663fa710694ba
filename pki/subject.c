/* SPDX-License-Identifier: Apache-2.0 */
#include "subject.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/bio.h>
#include <openssl/objects.h>

#define CLAUSE "ATIS-1000080 section 6.4.1"

/* True for C0, DEL and C1, which UTF-8 writes as C2 80 to C2 9F: terminals act on all of them. */
static bool has_control(const unsigned char *utf8, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (utf8[i] < 0x20 || utf8[i] == 0x7f ||
            (utf8[i] == 0xc2 && i + 1 < length && utf8[i + 1] < 0xa0))
            return true;
    return false;
}

/* Copies attribute `nid`, which must stand exactly once, as UTF-8 into text. */
static bool one_attribute(const X509_NAME *subject, int nid, char *text, size_t size,
                          struct sti_error *err)
{
    const char *name = OBJ_nid2sn(nid);
    int index = X509_NAME_get_index_by_NID(subject, nid, -1);
    if (index < 0)
        return sti_refuse(err, CLAUSE, "the subject has no %s; it needs C, O and CN", name);
    if (X509_NAME_get_index_by_NID(subject, nid, index) >= 0)
        return sti_refuse(err, CLAUSE, "the subject has more than one %s", name);
    unsigned char *utf8 = NULL;
    int length =
        ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)));
    bool ok = length > 0 && (size_t)length < size;
    ok = ok && !has_control(utf8, (size_t)length);
    if (ok) {
        memcpy(text, utf8, (size_t)length);
        text[length] = '\0';
    }
    OPENSSL_free(utf8);
    return ok || sti_refuse(err, CLAUSE,
                            "%s of the subject is empty, longer than %zu octets or has control "
                            "characters",
                            name, size - 1);
}

/* C, O and CN once each, at most one serialNumber, nothing else; copies CN into cn. */
static bool check_attributes(const X509_NAME *subject, char *cn, size_t size, struct sti_error *err)
{
    char country[4];
    char organization[256];
    if (!one_attribute(subject, NID_countryName, country, sizeof(country), err) ||
        !one_attribute(subject, NID_organizationName, organization, sizeof(organization), err) ||
        !one_attribute(subject, NID_commonName, cn, size, err))
        return false;
    if (strlen(country) != 2 || country[0] < 'A' || country[0] > 'Z' || country[1] < 'A' ||
        country[1] > 'Z')
        return sti_refuse(err, CLAUSE, "C of the subject is %s, two capital letters are wanted",
                          country);
    int wanted = 3;
    char serial[256];
    if (X509_NAME_get_index_by_NID(subject, NID_serialNumber, -1) >= 0) {
        if (!one_attribute(subject, NID_serialNumber, serial, sizeof(serial), err))
            return false;
        wanted++;
    }
    if (X509_NAME_entry_count(subject) != wanted)
        return sti_refuse(err, CLAUSE,
                          "the subject has attributes other than C, O, CN and serialNumber");
    return true;
}

/* The one SPC of a list that has exactly one; false otherwise. */
static bool single_spc(const struct tnauthlist *list, struct tnauthlist_entry *spc)
{
    size_t found = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct tnauthlist_entry entry = tnauthlist_get(list, i);
        if (entry.kind == TNAUTHLIST_SPC && found++ == 0)
            *spc = entry;
    }
    return found == 1;
}

bool subject_check_end_entity(const X509_NAME *subject, const struct tnauthlist *list,
                              struct sti_error *err)
{
    char cn[256];
    if (!check_attributes(subject, cn, sizeof(cn), err))
        return false;
    struct tnauthlist_entry spc = {0};
    if (!single_spc(list, &spc))
        return true;
    static const char prefix[] = "SHAKEN ";
    size_t length = strlen(cn);
    if (length == sizeof(prefix) - 1 + spc.count && memcmp(cn, prefix, sizeof(prefix) - 1) == 0 &&
        memcmp(cn + sizeof(prefix) - 1, list->der + spc.number, (size_t)spc.count) == 0)
        return true;
    return sti_refuse(err, CLAUSE,
                      "CN of the subject is \"%.80s\"; for a list with one SPC it is \"SHAKEN "
                      "%.*s\"",
                      cn, (int)(spc.count < 80 ? spc.count : 80), list->der + spc.number);
}

/* True if `word` stands in text, in any case when `any_case`. */
static bool has_word(const char *text, const char *word, bool any_case)
{
    return (any_case ? strcasestr(text, word) : strstr(text, word)) != NULL;
}

bool subject_check_ca(const X509_NAME *subject, bool root, struct sti_error *err)
{
    char cn[256];
    if (!check_attributes(subject, cn, sizeof(cn), err))
        return false;
    if (!has_word(cn, "SHAKEN", false))
        return sti_refuse(err, CLAUSE, "CN of a CA has the word SHAKEN, \"%.80s\" has not", cn);
    if (root && !has_word(cn, "ROOT", true))
        return sti_refuse(err, CLAUSE, "CN of a root has the word ROOT, \"%.80s\" has not", cn);
    return true;
}

char *subject_text(const X509_NAME *subject)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *copy = NULL;
    unsigned long flags =
        (XN_FLAG_ONELINE & ~XN_FLAG_SPC_EQ & ~ASN1_STRFLGS_ESC_QUOTE) | ASN1_STRFLGS_ESC_CTRL;
    if (bio != NULL && X509_NAME_print_ex(bio, subject, 0, flags) >= 0) {
        char *text;
        long length = BIO_get_mem_data(bio, &text);
        copy = length > 0 ? strndup(text, (size_t)length) : strdup("");
    }
    BIO_free(bio);
    return copy;
}
