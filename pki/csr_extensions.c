/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a CSR may ask for. A CA grants what its profile has and nothing else; an applicant who asks
 * for more must learn it, and not get a certificate that silently lacks it.
 */
#include "csr.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#define CLAUSE "ATIS-1000080 section 6.4.1"

static bool is_list(const ASN1_OBJECT *oid)
{
    char text[sizeof(TNAUTHLIST_OID) + 1];
    return OBJ_obj2txt(text, sizeof(text), oid, 1) == (int)sizeof(TNAUTHLIST_OID) - 1 &&
           strcmp(text, TNAUTHLIST_OID) == 0;
}

bool csr_asks_for_list(const struct csr *csr)
{
    for (int i = 0; i < sk_X509_EXTENSION_num(csr->extensions); i++)
        if (is_list(X509_EXTENSION_get_object(sk_X509_EXTENSION_value(csr->extensions, i))))
            return true;
    return false;
}

/* An end entity signs calls, a CA certificates, and neither does anything else. */
static bool check_key_usage(X509_EXTENSION *extension, bool end_entity, struct sti_error *err)
{
    int wanted = end_entity ? 0 : 5; /* digitalSignature, keyCertSign */
    ASN1_BIT_STRING *usage = X509V3_EXT_d2i(extension);
    bool good = usage != NULL;
    for (int bit = 0; good && bit < 9; bit++) /* RFC 5280 section 4.2.1.3 has nine */
        good = ASN1_BIT_STRING_get_bit(usage, bit) == (bit == wanted);
    ASN1_BIT_STRING_free(usage);
    ERR_clear_error();
    return good || sti_refuse(err, CLAUSE,
                              "the CSR asks for a key usage other than %s alone, which is what it "
                              "would get; leave it out, or ask for that",
                              end_entity ? "digitalSignature" : "keyCertSign");
}

static bool refuse_unknown(const ASN1_OBJECT *oid, struct sti_error *err)
{
    char name[100];
    OBJ_obj2txt(name, sizeof(name), oid, 0);
    return sti_refuse(
        err, CLAUSE,
        "the CSR asks for the extension %s, which no certificate of this CA has; leave "
        "it out (a CSR may have TNAuthList, basicConstraints, keyUsage and "
        "subjectKeyIdentifier)",
        name);
}

bool csr_extensions_check(const struct csr *csr, bool end_entity, struct sti_error *err)
{
    for (int i = 0; i < sk_X509_EXTENSION_num(csr->extensions); i++) {
        X509_EXTENSION *extension = sk_X509_EXTENSION_value(csr->extensions, i);
        const ASN1_OBJECT *oid = X509_EXTENSION_get_object(extension);
        switch (OBJ_obj2nid(oid)) {
        case NID_basic_constraints:      /* judged with the token's ca */
        case NID_subject_key_identifier: /* made anew from the key */
            continue;
        case NID_key_usage:
            if (!check_key_usage(extension, end_entity, err))
                return false;
            continue;
        case NID_info_access: /* a list by reference alone is refused as the CSR's list */
            if (!csr_asks_for_list(csr))
                continue;
            return refuse_unknown(oid, err);
        default:
            if (!is_list(oid))
                return refuse_unknown(oid, err);
        }
    }
    return true;
}
