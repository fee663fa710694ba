/* SPDX-License-Identifier: Apache-2.0 */
/* What was signed, and the files that went in and came out. */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#define SHOWN(item) (int)(item).length, (const char *)(item).octets

bool intended_check(struct verification *v, const struct entry *entry)
{
    const struct item *octets = &entry->fields[SIGN_TBS_OCTETS];
    long long number = (long long)entry->number;
    if (v->open)
        fault(v, CHECK_SIGNED, "entry %lld intends to sign, before %.*s was signed", number,
              SHOWN(v->intended[SIGN_NAME]));
    if ((int64_t)v->approved < v->begin.fields[BEGIN_NEEDED].number)
        fault(v, CHECK_APPROVALS,
              "entry %lld intends to sign, with %zu approvals that count of %lld that are needed",
              number, v->approved, (long long)v->begin.fields[BEGIN_NEEDED].number);
    if (octets->kind != ITEM_NONE &&
        !digest_is(octets->octets, octets->length, &entry->fields[SIGN_TBS]))
        fault(v, CHECK_SIGNED,
              "entry %lld: the to-be-signed octets have another digest than it says", number);
    not_destroyed_check(v, entry, &entry->fields[SIGN_ISSUER], "shall sign");
    memcpy(v->intended, entry->fields, sizeof(v->intended));
    v->open = true;
    return !v->given.rederive || plan_intended(v, entry);
}

/* The certificate or CRL against what was intended. NULL, or what is wrong with it. */
static const char *der_check(struct verification *v, const struct entry *entry,
                             const struct item *der)
{
    struct signed_der parts;
    const struct named_key *issuer = hsm_key(v, &v->intended[SIGN_ISSUER]);
    if (!digest_is(der->octets, der->length, &entry->fields[SIGN_DIGEST]))
        return "has another digest than the entry says";
    if (!signed_der_read(der->octets, der->length, &parts))
        return "is no certificate or CRL signed with ECDSA and SHA-256";
    if (!digest_is(parts.tbs.octets, parts.tbs.length, &v->intended[SIGN_TBS]))
        return "is not what was to be signed: its to-be-signed octets are others";
    if (issuer == NULL)
        return "was to be signed by a key that is no P-256 key of an hsm entry";
    if (!signature_holds(issuer->key, parts.tbs.octets, parts.tbs.length, parts.signature.octets,
                         parts.signature.length))
        return "is not signed by the issuer's key";
    return NULL;
}

/* Finds the octets: in the entry, or in the folder. *wrong: they are there and not usable. */
static bool der_find(const struct verification *v, const struct entry *entry, struct item *der,
                     struct mapped *file, uint8_t **copy, const char **wrong)
{
    bool absent = true;
    *der = entry->fields[SIGN_OCTETS];
    if (der->kind != ITEM_NONE || v->given.folder < 0)
        return der->kind != ITEM_NONE;
    const char *why = map_in(v->given.folder, &entry->fields[SIGN_NAME], file, &absent);
    if (why != NULL && !absent)
        *wrong = "cannot be read from the folder";
    else if (why == NULL && !der_of_file(file->octets, file->length, copy, der))
        *wrong = "is in the folder as something else than PEM or DER";
    return why == NULL && *wrong == NULL;
}

bool signed_check(struct verification *v, const struct entry *entry)
{
    struct outcome *outcome = &v->outcomes[CHECK_SIGNED];
    const struct item *fields = entry->fields;
    long long number = (long long)entry->number;
    struct mapped file = {NULL, 0};
    uint8_t *copy = NULL;
    const char *wrong = NULL;
    struct item der;
    if (!v->open)
        return fault(v, CHECK_SIGNED, "entry %lld: %.*s was signed without being intended", number,
                     SHOWN(fields[SIGN_NAME]));
    v->open = false;
    for (size_t i = SIGN_WHAT; i <= SIGN_TBS; i++)
        if (!item_same(&fields[i], &v->intended[i]))
            return fault(v, CHECK_SIGNED, "entry %lld: %.*s is not what was intended, %.*s", number,
                         SHOWN(fields[SIGN_NAME]), SHOWN(v->intended[SIGN_NAME]));
    if (der_find(v, entry, &der, &file, &copy, &wrong)) {
        wrong = der_check(v, entry, &der);
        outcome->count += wrong == NULL;
    } else if (wrong == NULL) {
        outcome->absent++;
    }
    OPENSSL_free(copy);
    unmap(&file);
    return wrong == NULL ||
           fault(v, CHECK_SIGNED, "entry %lld: %.*s %s", number, SHOWN(fields[SIGN_NAME]), wrong);
}

bool file_check(struct verification *v, const struct entry *entry)
{
    enum check check = entry->kind == INPUT ? CHECK_INPUTS : CHECK_OUTPUTS;
    const struct item *name = &entry->fields[FILE_NAME];
    struct mapped file;
    bool absent = false;
    bool ok = true;
    if (v->given.rederive && entry->kind == INPUT)
        plan_input(v, entry);
    if (v->given.folder < 0)
        return true;
    const char *why = map_in(v->given.folder, name, &file, &absent);
    if (absent)
        v->outcomes[check].absent++;
    else if (why != NULL)
        ok = fault(v, check, "entry %lld: %.*s cannot be read: %s", (long long)entry->number,
                   SHOWN(*name), why);
    else if (file.length != (size_t)entry->fields[FILE_LENGTH].number ||
             !digest_is(file.octets, file.length, &entry->fields[FILE_DIGEST]))
        ok = fault(v, check, "entry %lld: the file %.*s is not the one of then",
                   (long long)entry->number, SHOWN(*name));
    else
        v->outcomes[check].count++;
    unmap(&file);
    return ok;
}
