/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request and the ledger: what is known of its token, key and numbers, and who its holder is.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "request.h"
#include "subject.h"

/* libcrypto takes longer to encode a key than to verify a signature with it. */
static bool digest_signer(X509 *signer, struct request_kept *kept, struct sti_error *err)
{
    if (kept->signer != NULL && (kept->signer == signer || X509_cmp(kept->signer, signer) == 0))
        return true;
    X509_free(kept->signer);
    kept->signer = NULL;
    if (!token_fingerprint_spki(X509_get0_pubkey(signer), kept->signer_digest, err))
        return false;
    if (X509_up_ref(signer) == 1)
        kept->signer = signer;
    return true;
}

/* The token's id is its signer's: another STI-PA may use the same one. */
static bool look_up_token(struct request *request, struct request_kept *kept, struct ledger *ledger,
                          struct request_known *known, struct sti_error *err)
{
    const struct config *config = request->rules->config;
    struct ledger_token *token = &request->token;
    long limit = config->verdict.token_uses;
    if ((request->checks->given & TOKEN_JTI) == 0)
        return true;
    token->jti = request->claim->jti;
    token->limit = limit == 0 ? 1 : limit < 0 ? LEDGER_NO_LIMIT : limit;
    return digest_signer(request->claim->signer, kept, err) &&
           memcpy(token->signer, kept->signer_digest, sizeof(token->signer)) != NULL &&
           ledger_token_uses(ledger, token->jti, token->signer, &known->uses, err);
}

/*
 * The holder of a key is an account and a subject together: SHA-256 over the thumbprint of the
 * account key and the DER of the CSR's subject. Who renews has both again, and may keep the key.
 * With the account alone, one account could put one key under several names; with the subject
 * alone, whoever knows a name and has got the key could go on with it under an account of his own.
 */
static bool make_holder(struct request *request, const struct request_known *known,
                        struct sti_error *err)
{
    unsigned char *name = NULL;
    int length = i2d_X509_NAME(request->csr->subject, &name);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    bool ok = length > 0 && digest != NULL && EVP_DigestInit_ex(digest, EVP_sha256(), NULL) == 1 &&
              EVP_DigestUpdate(digest, known->account, sizeof(known->account)) == 1 &&
              EVP_DigestUpdate(digest, name, (size_t)length) == 1 &&
              EVP_DigestFinal_ex(digest, request->holder, NULL) == 1;
    EVP_MD_CTX_free(digest);
    OPENSSL_free(name);
    return ok || sti_fail(err, "the digest of the holder could not be made");
}

static bool look_up_key(struct request *request, struct ledger *ledger, struct request_known *known,
                        struct sti_error *err)
{
    unsigned char spki[LEDGER_DIGEST_OCTETS];
    /* An account key that has no thumbprint is refused by a check, which this one waits for. */
    if (!known->has_account)
        return true;
    char *subject = subject_text(request->csr->subject);
    bool ok = subject != NULL || sti_fail(err, "no memory for the subject");
    ok = ok && csr_key_digest(request->csr, spki, err) && make_holder(request, known, err) &&
         ledger_key_seen(ledger, spki, request->holder, subject, known->key_serial, err);
    free(subject);
    return ok;
}

/* The Subject Key Identifier of a CA's certificate; none if there is no extension. */
static void take_key_id(X509 *certificate, struct register_key_id *id)
{
    const ASN1_OCTET_STRING *octets = X509_get0_subject_key_id(certificate);
    int length = octets == NULL ? 0 : ASN1_STRING_length(octets);
    if (length <= 0 || (size_t)length > sizeof(id->octets))
        return;
    id->length = (size_t)length;
    memcpy(id->octets, ASN1_STRING_get0_data(octets), id->length);
}

/* That of the certificate that would be made: SHA-1 of the key (RFC 5280 section 4.2.1.2). */
static bool make_key_id(const struct csr *csr, struct register_key_id *id, struct sti_error *err)
{
    const unsigned char *key = NULL;
    int length = 0;
    unsigned int digest_length = 0;
    if (X509_PUBKEY_get0_param(NULL, &key, &length, NULL, csr->spki) != 1 ||
        EVP_Digest(key, (size_t)length, id->octets, &digest_length, EVP_sha1(), NULL) != 1)
        return sti_fail(err, "the digest of the key could not be made");
    id->length = digest_length;
    return true;
}

/* Who else has these numbers; not asked if the policy does not want to know. */
static bool look_up_numbers(struct request *request, const struct config *config,
                            struct ledger *ledger, struct request_known *known,
                            struct sti_error *err)
{
    struct tnset numbers;
    struct register_wish wish = {.numbers = &numbers, .who = {.holder = request->holder}};
    /* A list that is bad, and a holder that is not known, are refused by checks of their own. */
    if (config->verdict.second_holder == SECOND_HOLDER_ACCEPT || request->list.count == 0 ||
        !known->has_account)
        return true;
    if (!register_ready(ledger, err) || !tnset_build(&numbers, &request->list, 1, err))
        return false;
    char *subject = subject_text(request->csr->subject);
    bool ok = subject != NULL || sti_fail(err, "no memory for the subject");
    wish.who.subject = subject;
    take_key_id(request->rules->issuer.certificate, &wish.issuer);
    ok = ok && (!request->profile->ca || make_key_id(request->csr, &wish.key_id, err)) &&
         register_clash(ledger, &wish, request->now, &known->clash, err);
    free(subject);
    tnset_free(&numbers);
    return ok;
}

bool request_look_up(struct request *request, struct request_kept *kept, struct ledger *ledger,
                     struct request_known *known, struct sti_error *err)
{
    const struct config *config = request->rules->config;
    memset(known, 0, sizeof(*known));
    known->has_account = token_fingerprint_of(request->parts.account_key, known->account, NULL);
    if (!look_up_token(request, kept, ledger, known, err) ||
        !look_up_key(request, ledger, known, err) ||
        !look_up_numbers(request, config, ledger, known, err))
        return false;
    if (!kept->last_entry_known && !ledger_last_time(ledger, &kept->last_entry, err))
        return false;
    kept->last_entry_known = true;
    known->record.last_entry = kept->last_entry;
    known->record.token_uses = known->uses.count;
    known->record.token_serial = known->uses.serial;
    known->record.key_serial = known->key_serial;
    known->record.second_serial = known->clash.serial;
    known->record.second_holder = known->clash.subject;
    known->record.second_number = known->clash.first;
    return true;
}

static bool digest(const void *octets, size_t length, unsigned char digest[LEDGER_DIGEST_OCTETS],
                   struct sti_error *err)
{
    return EVP_Digest(octets, length, digest, NULL, EVP_sha256(), NULL) == 1 ||
           sti_fail(err, "the digest of a part of the request could not be made");
}

bool request_verdict_of(const struct request *request, const char *check,
                        const struct sti_error *reason, struct request_verdict *verdict,
                        struct sti_error *err)
{
    const struct request_parts *parts = &request->parts;
    const struct tnauthlist *list = &request->list;
    memset(verdict, 0, sizeof(*verdict));
    bool csr = parts->csr.octets != NULL;
    bool token = parts->token.octets != NULL;
    if ((csr && !digest(parts->csr.octets, parts->csr.length, verdict->csr, err)) ||
        (token && !digest(parts->token.octets, parts->token.length, verdict->token, err)) ||
        (list->der != NULL && !digest(list->der, list->der_length, verdict->list, err)))
        return false;
    verdict->entry = (struct ledger_verdict){
        .request = parts->csr.name,
        .csr_digest = csr ? verdict->csr : NULL,
        .token_digest = token ? verdict->token : NULL,
        .list_digest = list->der == NULL ? NULL : verdict->list,
        .profile = request->profile->name,
        .accepted = check == NULL,
        .note = check == NULL ? request->note : NULL,
        .time = request->now,
    };
    if (check == NULL)
        return true;
    sti_error_text(reason, verdict->reason, sizeof(verdict->reason));
    verdict->entry.check = check;
    verdict->entry.reason = verdict->reason;
    return true;
}

bool request_verdict(const struct request *request, struct request_verdict *verdict,
                     struct sti_error *err)
{
    const struct check *failure = checks_first_failure(request->checks);
    return request_verdict_of(request, failure == NULL ? NULL : failure->name,
                              failure == NULL ? NULL : &failure->reason, verdict, err);
}
