/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making a key. Raw PKCS#11: libp11 0.4.12 makes an RSA key when asked for an EC one, and sets no
 * CKA_EXTRACTABLE. A token may accept a template and not keep to it, so nothing is believed before
 * it has been read back and has signed.
 */
#include "hsm_internal.h"

#include <openssl/err.h>
#include <string.h>

/* Cannot be mistaken for a certificate, a CSR or any other thing worth signing. */
static const unsigned char test_text[] = "sti-pki: test signature of a new key";

struct pair {
    CK_OBJECT_HANDLE private_key;
    CK_OBJECT_HANDLE public_key;
};

static bool unused(struct hsm *hsm, const struct hsm_query *query, const char *what,
                   const struct hsm_uri *uri, struct sti_error *err)
{
    CK_OBJECT_HANDLE object = 0;
    unsigned count = 0;
    if (!hsm_find(hsm, query, &object, &count, err))
        return false;
    if (count == 0)
        return true;
    return sti_fail(
        err,
        "no key %s was made: the %s is already in use by a %s key on token '%s'; choose "
        "another one",
        hsm_key_name(uri).text, what, query->class == CKO_PRIVATE_KEY ? "private" : "public",
        hsm->token);
}

/* Label and id each name one key: either alone must find it later. */
static bool names_unused(struct hsm *hsm, const struct hsm_uri *uri, struct sti_error *err)
{
    static const CK_OBJECT_CLASS classes[] = {CKO_PRIVATE_KEY, CKO_PUBLIC_KEY};
    for (size_t i = 0; i < 2; i++) {
        const struct hsm_query label = {.class = classes[i], .label = uri->object};
        const struct hsm_query id = {
            .class = classes[i], .id = uri->id, .id_length = uri->id_length};
        if (!unused(hsm, &label, "label", uri, err) || !unused(hsm, &id, "id", uri, err))
            return false;
    }
    return true;
}

/*
 * The token did not say that it made the pair. It may have made it, or half of it, all the same: as
 * the names were in use by no key, what has both of them now is of this call, and goes.
 */
static bool not_made(struct hsm *hsm, const struct hsm_uri *uri, CK_RV rv, struct sti_error *err)
{
    bool found = false;
    struct sti_error why;
    const struct hsm_key_name name = hsm_key_name(uri);
    if (!hsm_names_clear(hsm, uri, &found, &why))
        return sti_fail(err,
                        found ? "token '%s' did not say that it made the key %s: %s; what is there "
                                "of it could NOT be destroyed (%s), remove it with the device's "
                                "own tool"
                              : "token '%s' did not say that it made the key %s: %s; whether it "
                                "is there cannot be seen (%s): look with sti-ca key list",
                        hsm->token, name.text, hsm_ckr(rv).text, why.sentence);
    if (found)
        return sti_fail(err,
                        "token '%s' did not say that it made the key %s: %s; what was there of it "
                        "was destroyed; check the device",
                        hsm->token, name.text, hsm_ckr(rv).text);
    if (rv == CKR_MECHANISM_INVALID)
        return sti_fail(err, "token '%s' makes no EC keys: %s; use another token", hsm->token,
                        hsm_ckr(rv).text);
    return sti_fail(err, "token '%s' did not make the key %s: %s; no key was made", hsm->token,
                    name.text, hsm_ckr(rv).text);
}

static bool make_pair(struct hsm *hsm, const struct hsm_uri *uri, enum hsm_curve wanted,
                      struct pair *pair, struct sti_error *err)
{
    const struct hsm_curve_facts *facts = hsm_curve_facts(wanted);
    CK_BBOOL yes = CK_TRUE;
    CK_BBOOL no = CK_FALSE;
    CK_ULONG label_length = (CK_ULONG)strlen(uri->object);
    /* Not CKA_VERIFY and CKA_ENCRYPT: tpm2-pkcs11 refuses both, with CKR_GENERAL_ERROR, and what a
     * public key may be used for protects nothing. */
    CK_ATTRIBUTE public_template[] = {
        {CKA_TOKEN, &yes, sizeof(yes)},
        {CKA_EC_PARAMS, (void *)facts->oid, (CK_ULONG)facts->oid_length},
        {CKA_WRAP, &no, sizeof(no)},
        {CKA_ID, uri->id, (CK_ULONG)uri->id_length},
        {CKA_LABEL, uri->object, label_length},
    };
    CK_ATTRIBUTE private_template[] = {
        {CKA_TOKEN, &yes, sizeof(yes)},         {CKA_PRIVATE, &yes, sizeof(yes)},
        {CKA_SENSITIVE, &yes, sizeof(yes)},     {CKA_EXTRACTABLE, &no, sizeof(no)},
        {CKA_SIGN, &yes, sizeof(yes)},          {CKA_SIGN_RECOVER, &no, sizeof(no)},
        {CKA_DERIVE, &no, sizeof(no)},          {CKA_DECRYPT, &no, sizeof(no)},
        {CKA_UNWRAP, &no, sizeof(no)},          {CKA_ID, uri->id, (CK_ULONG)uri->id_length},
        {CKA_LABEL, uri->object, label_length},
    };
    CK_MECHANISM mechanism = {CKM_EC_KEY_PAIR_GEN, NULL, 0};
    CK_RV rv = hsm->p11->C_GenerateKeyPair(hsm->session, &mechanism, public_template,
                                           sizeof(public_template) / sizeof(public_template[0]),
                                           private_template,
                                           sizeof(private_template) / sizeof(private_template[0]),
                                           &pair->public_key, &pair->private_key);
    return rv == CKR_OK || not_made(hsm, uri, rv, err);
}

/* Signs in the HSM, verifies in software with the public key that the token shows. */
static bool test_signature(EVP_PKEY *private_key, EVP_PKEY *public_key, const EVP_MD *digest)
{
    unsigned char signature[128];
    size_t length = sizeof(signature);
    EVP_MD_CTX *sign = EVP_MD_CTX_new();
    EVP_MD_CTX *verify = EVP_MD_CTX_new();
    bool good = sign != NULL && verify != NULL &&
                EVP_DigestSignInit(sign, NULL, digest, NULL, private_key) == 1 &&
                EVP_DigestSign(sign, signature, &length, test_text, sizeof(test_text)) == 1 &&
                EVP_DigestVerifyInit(verify, NULL, digest, NULL, public_key) == 1 &&
                EVP_DigestVerify(verify, signature, length, test_text, sizeof(test_text)) == 1;
    EVP_MD_CTX_free(sign);
    EVP_MD_CTX_free(verify);
    return good;
}

/* The new key as every later user will find it. */
static bool prove(struct hsm *hsm, const struct hsm_uri *uri, enum hsm_curve wanted,
                  const struct pair *pair, struct sti_error *err)
{
    enum hsm_curve made;
    if (!hsm_key_check(hsm, pair->private_key, uri, err))
        return false;
    CK_RV rv = hsm_curve_of(hsm, pair->private_key, &made);
    if (rv != CKR_OK)
        return sti_fail(err, "the curve of the new key %s on token '%s' cannot be read: %s",
                        hsm_key_name(uri).text, hsm->token, hsm_ckr(rv).text);
    if (made != wanted)
        return sti_fail(err, "the new key %s on token '%s' is not on %s, as was asked for",
                        hsm_key_name(uri).text, hsm->token, hsm_curve_name(wanted));
    EVP_PKEY *private_key = hsm_key_open(hsm, uri, err);
    EVP_PKEY *public_key = private_key == NULL ? NULL : hsm_key_public(hsm, uri, err);
    bool good = false;
    if (public_key != NULL) {
        ERR_set_mark();
        hsm_failure_forget();
        good = test_signature(private_key, public_key, hsm_curve_facts(wanted)->digest());
        ERR_pop_to_mark();
        if (!good)
            sti_fail(err, "the test signature of the new key %s on token '%s' does not verify",
                     hsm_key_name(uri).text, hsm->token);
        if (!good)
            hsm_failure_blame(err);
    }
    EVP_PKEY_free(private_key);
    EVP_PKEY_free(public_key);
    return good;
}

/* Takes a key back that was made and did not pass, and adds to the reason what became of it. */
static bool take_back(struct hsm *hsm, const struct hsm_uri *uri, const struct pair *pair,
                      const struct sti_error *reason, struct sti_error *err)
{
    bool found = false;
    struct sti_error why;
    CK_RV private_rv = hsm_object_destroy(hsm, pair->private_key);
    CK_RV public_rv = hsm_object_destroy(hsm, pair->public_key);
    CK_RV rv = private_rv != CKR_OK ? private_rv : public_rv;
    bool gone = hsm_names_clear(hsm, uri, &found, &why);
    if (rv == CKR_OK && gone)
        return sti_fail(err, "the new key was destroyed: %s", reason->sentence);
    if (rv == CKR_OK && !found)
        return sti_fail(
            err,
            "token '%s' says that the new key was destroyed, which cannot be seen (%s): "
            "look with sti-ca key list; %s",
            hsm->token, why.sentence, reason->sentence);
    return sti_fail(
        err,
        "the new key %s could NOT be destroyed (%s), remove it from token '%s' with the "
        "device's own tool: %s",
        hsm_key_name(uri).text, rv != CKR_OK ? hsm_ckr(rv).text : why.sentence, hsm->token,
        reason->sentence);
}

bool hsm_key_generate_on(struct hsm *hsm, const struct hsm_uri *uri, enum hsm_curve curve,
                         struct sti_error *err)
{
    if (uri->object == NULL || uri->id == NULL)
        return sti_error_set(err, STI_USAGE, NULL,
                             "a new key needs a label and an id; give both object= and id= in the "
                             "URI");
    struct pair pair = {0, 0};
    if (!hsm_uri_check(hsm, uri, err) || !names_unused(hsm, uri, err) ||
        !make_pair(hsm, uri, curve, &pair, err))
        return false;
    struct sti_error reason;
    sti_error_clear(&reason);
    if (prove(hsm, uri, curve, &pair, &reason))
        return true;
    return take_back(hsm, uri, &pair, &reason, err);
}

bool hsm_key_generate(struct hsm *hsm, const struct hsm_uri *uri, struct sti_error *err)
{
    return hsm_key_generate_on(hsm, uri, HSM_CURVE_P256, err);
}
