/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is to be signed, and whom it comes from: key, name and list are those of the request in its
 * bundle, and the issuer is the one whose certificate is an input. None of this asks the CA: the
 * octets of the two files are compared. What the CA adds of its own (serial number, dates, policy,
 * where CRLs are) stands in the plan that was approved.
 */
#include "asked.h"
#include "tbs.h"
#include "verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#define SHOWN(item) (int)(item).length, (const char *)(item).octets

/* The certificate of a key that signs. */
struct issuer {
    struct item key;  /* which; the plan's octets */
    struct item name; /* of the input; ITEM_NONE: no input is its certificate */
    struct mapped file;
    uint8_t *copy; /* of what is PEM */
    struct tbs tbs;
};

static bool wrong(struct verification *v, const struct planned *planned, const char *what)
{
    return fault(v, CHECK_REQUESTS, "step %.*s: %s", SHOWN(planned->id), what);
}

/* Maps an input of the plan, which must be what the plan has; that it is was looked at before. */
static bool map_input(struct verification *v, const struct item *name, const struct item *digest,
                      struct mapped *file)
{
    bool absent;
    if (!is_file_name(name) || map_in(v->given.folder, name, file, &absent) != NULL)
        return false;
    if (digest_is(file->octets, file->length, digest))
        return true;
    unmap(file);
    return false;
}

/* ---- the request ---- */

/* The input of the plan that has this name. */
static bool find_bundle(struct verification *v, const struct item *wanted, struct mapped *file)
{
    struct item name, digest;
    for (size_t i = plan_input_count(v->plan); i > 0; i--) {
        plan_input_next(v->plan, &name, &digest);
        if (item_same(&name, wanted))
            return map_input(v, &name, &digest, file);
    }
    return false;
}

/* The URL ends with the SHA-256 of the list, in lower-case hex, and .der (docs/by-reference.md). */
static bool names_list(const struct item *url, const struct item *list)
{
    static const char end[] = ".der";
    uint8_t digest[DIGEST];
    char name[1 + 2 * DIGEST + sizeof(end)] = "/";
    if (!digest_of(list->octets, list->length, digest))
        return false;
    for (size_t i = 0; i < DIGEST; i++)
        snprintf(name + 1 + 2 * i, 3, "%02x", digest[i]);
    strcat(name, end);
    size_t length = strlen(name);
    return url->length >= length && memcmp(url->octets + url->length - length, name, length) == 0;
}

static void list_check(struct verification *v, const struct planned *planned, const struct tbs *tbs,
                       const struct asked *asked)
{
    bool by_value = tbs->list.kind != ITEM_NONE;
    bool by_reference = tbs->list_url.kind != ITEM_NONE;
    if (asked->list.kind == ITEM_NONE)
        wrong(v, planned, "its request asks for no list");
    else if (by_value == by_reference)
        wrong(v, planned, "it has no list, or two: one by value and one by reference");
    else if (by_value && (asked->beside || !item_same(&tbs->list, &asked->list)))
        wrong(v, planned, "its list is not the one that the request has");
    else if (by_reference && !names_list(&tbs->list_url, &asked->list))
        wrong(v, planned,
              "the URL of its list does not end with the SHA-256 of the request's list");
}

static void asked_check(struct verification *v, const struct planned *planned,
                        const struct tbs *tbs)
{
    struct mapped file;
    struct asked asked = {.beside = false};
    if (!find_bundle(v, &planned->request, &file)) {
        fault(v, CHECK_REQUESTS, "step %.*s: its request %.*s is no input of the plan that is here",
              SHOWN(planned->id), SHOWN(planned->request));
        return;
    }
    const char *why = asked_read(file.octets, file.length, &asked);
    if (why != NULL) {
        fault(v, CHECK_REQUESTS, "step %.*s: its request %.*s cannot be read: %s",
              SHOWN(planned->id), SHOWN(planned->request), why);
    } else {
        if (!item_same(&tbs->subject, &asked.subject))
            wrong(v, planned, "its subject is not that of the request's CSR");
        if (!item_same(&tbs->spki, &asked.spki))
            wrong(v, planned, "its public key is not that of the request's CSR");
        list_check(v, planned, tbs, &asked);
    }
    asked_free(&asked);
    unmap(&file);
}

/* ---- the issuer ---- */

static void issuer_close(struct issuer *issuer)
{
    OPENSSL_free(issuer->copy);
    unmap(&issuer->file);
    memset(issuer, 0, sizeof(*issuer));
}

void issuer_free(struct issuer *issuer)
{
    if (issuer != NULL)
        issuer_close(issuer);
    free(issuer);
}

/* Is the input a certificate of this key? */
static bool is_certificate_of(struct issuer *issuer, const struct item *key)
{
    struct item der, tbs;
    return der_of_file(issuer->file.octets, issuer->file.length, &issuer->copy, &der) &&
           tbs_of_certificate(&der, &tbs) && tbs_read(&tbs, &issuer->tbs) &&
           item_same(&issuer->tbs.spki, key);
}

/* Looks for the certificate of the key that signs, among all inputs; it is kept. */
static struct issuer *find_issuer(struct verification *v, const struct item *key)
{
    struct issuer *issuer = v->issuer;
    struct item name, digest;
    if (issuer == NULL)
        issuer = v->issuer = calloc(1, sizeof(*issuer));
    if (issuer == NULL || item_same(&issuer->key, key))
        return issuer;
    for (size_t i = plan_input_count(v->plan); i > 0; i--) {
        issuer_close(issuer);
        plan_input_next(v->plan, &name, &digest);
        if (map_input(v, &name, &digest, &issuer->file) && is_certificate_of(issuer, key)) {
            issuer->name = name;
            break;
        }
    }
    issuer->key = *key;
    return issuer;
}

static void compare_issuer(struct verification *v, const struct planned *planned,
                           const struct tbs *tbs, const struct tbs *issuer)
{
    if (!item_same(&tbs->issuer, &issuer->subject))
        wrong(v, planned, "its issuer is not the subject of the certificate of the key that signs");
    if (tbs->authority.kind != ITEM_NONE && issuer->key_id.kind != ITEM_NONE &&
        !item_same(&tbs->authority, &issuer->key_id))
        wrong(v, planned,
              "its authorityKeyIdentifier is not the subjectKeyIdentifier of its issuer");
}

static void issuer_check(struct verification *v, const struct planned *planned,
                         const struct tbs *tbs)
{
    if (item_same(&tbs->spki, &planned->key)) { /* which signs itself */
        compare_issuer(v, planned, tbs, tbs);
        return;
    }
    const struct issuer *issuer = find_issuer(v, &planned->key);
    if (issuer == NULL || issuer->name.kind == ITEM_NONE)
        wrong(v, planned, "no input of the plan is the certificate of the key that signs");
    else
        compare_issuer(v, planned, tbs, &issuer->tbs);
}

/* ---- both ---- */

void request_check(struct verification *v, const struct planned *planned)
{
    struct tbs tbs;
    bool is_crl = item_is(&planned->what, "crl");
    v->outcomes[CHECK_REQUESTS].count++;
    if (!(is_crl ? tbs_read_crl : tbs_read)(&planned->tbs, &tbs)) {
        wrong(v, planned, "its to-be-signed octets cannot be read");
        return;
    }
    issuer_check(v, planned, &tbs);
    if (!is_crl && planned->request.kind != ITEM_NONE)
        asked_check(v, planned, &tbs);
}
