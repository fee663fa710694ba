/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signing in batches: raw C_SignInit and C_Sign in a session of its own, which shares the login. A
 * session does one thing at a time, so a signer is for one thread. CKM_ECDSA signs a digest that
 * was made in software: not every module has CKM_ECDSA_SHA256.
 */
#include "hsm_internal.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

/* More than any curve needs, so that a module which answers too much is seen, not cut. */
#define RAW_MAX 256

struct hsm_signer {
    struct hsm
        hsm; /* the token, seen through a session of our own; owns nothing but that session */
    CK_OBJECT_HANDLE key;
    struct hsm_key_name name;
    const struct hsm_curve_facts *curve;
    EVP_PKEY *public_key;
    EVP_PKEY_CTX *verify;
    CK_RV lost; /* what said that the session is no more; CKR_OK: nothing did */
};

/* What ends a session for good, and what to do then. */
static const struct loss {
    CK_RV rv;
    const char *what;
    const char *advice;
} losses[] = {
    {CKR_SESSION_HANDLE_INVALID, "has lost its session",
     "check the device and whether another program resets it, and start again"},
    {CKR_SESSION_CLOSED, "has lost its session",
     "check the device and whether another program resets it, and start again"},
    {CKR_CRYPTOKI_NOT_INITIALIZED, "has lost its session, for its module was shut down,",
     "start again"},
    {CKR_DEVICE_REMOVED, "was pulled out", "plug it in and start again"},
    {CKR_TOKEN_NOT_PRESENT, "was pulled out", "plug it in and start again"},
    {CKR_USER_NOT_LOGGED_IN, "is no longer logged in", "start again, which logs in anew"},
    /* Whoever logs out takes the handles of private keys along. */
    {CKR_KEY_HANDLE_INVALID, "is no longer logged in, or no longer has the key,",
     "start again, which logs in anew"},
    {CKR_OBJECT_HANDLE_INVALID, "is no longer logged in, or no longer has the key,",
     "start again, which logs in anew"},
};

static const struct loss *loss_of(CK_RV rv)
{
    for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
        if (losses[i].rv == rv)
            return &losses[i];
    }
    return NULL;
}

/*
 * What a call of the module returned that should have signed. A lost session stays lost: the module
 * may give its number to another one.
 */
static bool not_signed(struct hsm_signer *signer, CK_RV rv, struct sti_error *err)
{
    const struct loss *loss = loss_of(rv);
    if (loss == NULL)
        return sti_fail(err,
                        "token '%s' did not sign with the key %s: %s; check the device, and start "
                        "again",
                        signer->hsm.token, signer->name.text, hsm_ckr(rv).text);
    signer->lost = rv;
    return sti_fail(err, "token '%s' %s and did not sign with the key %s: %s; %s",
                    signer->hsm.token, loss->what, signer->name.text, hsm_ckr(rv).text,
                    loss->advice);
}

/* r and s, each as long as the order of the curve. */
static bool sign_raw(struct hsm_signer *signer, const unsigned char *digest, size_t digest_length,
                     unsigned char raw[RAW_MAX], struct sti_error *err)
{
    CK_FUNCTION_LIST *p11 = signer->hsm.p11;
    CK_MECHANISM mechanism = {CKM_ECDSA, NULL, 0};
    CK_ULONG length = RAW_MAX;
    CK_ULONG due = (CK_ULONG)(2 * signer->curve->order_length);
    CK_RV rv = p11->C_SignInit(signer->hsm.session, &mechanism, signer->key);
    if (rv == CKR_OK)
        rv = p11->C_Sign(signer->hsm.session, (unsigned char *)digest, (CK_ULONG)digest_length, raw,
                         &length);
    if (rv != CKR_OK)
        return not_signed(signer, rv, err);
    if (length != due)
        return sti_fail(err,
                        "token '%s' made a signature of %lu octets with the key %s, where %s needs "
                        "%lu; it was thrown away: check the device",
                        signer->hsm.token, length, signer->name.text, signer->curve->name, due);
    return true;
}

/* ECDSA-Sig-Value (RFC 3279 section 2.2.3): libcrypto writes the least INTEGERs. */
static bool encode(const struct hsm_curve_facts *curve, const unsigned char *raw,
                   struct hsm_signature *signature, struct sti_error *err)
{
    int half = (int)curve->order_length;
    unsigned char *at = signature->der;
    int length = -1;
    ECDSA_SIG *value = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(raw, half, NULL);
    BIGNUM *s = BN_bin2bn(raw + half, half, NULL);
    if (value != NULL && ECDSA_SIG_set0(value, r, s) == 1) {
        r = s = NULL; /* value's now */
        length = i2d_ECDSA_SIG(value, &at);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(value);
    if (length <= 0)
        return sti_fail(err, "out of memory");
    signature->length = (size_t)length;
    return true;
}

static bool check_call(const struct hsm_signer *signer, size_t digest_length, struct sti_error *err)
{
    size_t due = (size_t)EVP_MD_get_size(signer->curve->digest());
    if (!hsm_own_process(&signer->hsm, err))
        return false;
    if (digest_length != due)
        return sti_error_set(
            err, STI_USAGE, NULL, "the key %s signs digests of %zu octets, not of %zu; use %s",
            signer->name.text, due, digest_length, EVP_MD_get0_name(signer->curve->digest()));
    return true;
}

bool hsm_signer_sign_unverified(struct hsm_signer *signer, const unsigned char *digest,
                                size_t digest_length, struct hsm_signature *signature,
                                struct sti_error *err)
{
    unsigned char raw[RAW_MAX] = {0};
    memset(signature, 0, sizeof(*signature));
    if (!check_call(signer, digest_length, err))
        return false;
    if (signer->lost != CKR_OK)
        return not_signed(signer, signer->lost, err);
    ERR_set_mark();
    bool good = sign_raw(signer, digest, digest_length, raw, err) &&
                encode(signer->curve, raw, signature, err);
    ERR_pop_to_mark();
    return good;
}

bool hsm_signer_verify(struct hsm_signer *signer, const unsigned char *digest, size_t digest_length,
                       const struct hsm_signature *signature, struct sti_error *err)
{
    if (!check_call(signer, digest_length, err))
        return false;
    ERR_set_mark();
    bool good = EVP_PKEY_verify(signer->verify, signature->der, signature->length, digest,
                                digest_length) == 1;
    ERR_pop_to_mark();
    return good || sti_fail(err,
                            "a signature of the key %s on token '%s' does not verify with its "
                            "public key and was thrown away; check the device, and whether the "
                            "public key is that of another key",
                            signer->name.text, signer->hsm.token);
}

bool hsm_signer_sign(struct hsm_signer *signer, const unsigned char *digest, size_t digest_length,
                     struct hsm_signature *signature, struct sti_error *err)
{
    if (!hsm_signer_sign_unverified(signer, digest, digest_length, signature, err))
        return false;
    if (hsm_signer_verify(signer, digest, digest_length, signature, err))
        return true;
    memset(signature, 0, sizeof(*signature));
    return false;
}

/* Signing needs no read/write session, of which a token may have few. */
static bool open_session(struct hsm_signer *signer, struct sti_error *err)
{
    struct hsm *hsm = &signer->hsm;
    CK_RV rv = hsm->p11->C_OpenSession(hsm->slot_id, CKF_SERIAL_SESSION, NULL, NULL, &hsm->session);
    if (rv == CKR_OK)
        return true;
    hsm->session = 0;
    return sti_fail(err,
                    "token '%s' does not open one more session: %s; sign with fewer threads at a "
                    "time, or check the device",
                    hsm->token, hsm_ckr(rv).text);
}

/* The key as this session finds it, judged as for hsm_key_open(), and its public key. */
static bool find_key(struct hsm_signer *signer, const struct hsm_uri *uri, struct sti_error *err)
{
    struct hsm *hsm = &signer->hsm;
    enum hsm_curve curve;
    if (!hsm_find_one(hsm, CKO_PRIVATE_KEY, uri, &signer->key, err) ||
        !hsm_key_check(hsm, signer->key, uri, err))
        return false;
    CK_RV rv = hsm_curve_of(hsm, signer->key, &curve);
    if (rv != CKR_OK)
        return sti_fail(
            err, "the curve of the key %s on token '%s' cannot be read: %s; check the device",
            signer->name.text, hsm->token, hsm_ckr(rv).text);
    signer->curve = hsm_curve_facts(curve);
    signer->public_key = hsm_key_public(hsm, uri, err);
    return signer->public_key != NULL;
}

static bool make_verifier(struct hsm_signer *signer, struct sti_error *err)
{
    ERR_set_mark();
    signer->verify = EVP_PKEY_CTX_new_from_pkey(NULL, signer->public_key, NULL);
    bool good = signer->verify != NULL && EVP_PKEY_verify_init(signer->verify) == 1;
    ERR_pop_to_mark();
    return good || sti_fail(err,
                            "libcrypto verifies no signatures of the key %s; check OpenSSL's "
                            "providers",
                            signer->name.text);
}

struct hsm_signer *hsm_signer_open(const struct hsm *hsm, const struct hsm_uri *uri,
                                   struct sti_error *err)
{
    if (!hsm_own_process(hsm, err))
        return NULL;
    struct hsm_signer *signer = calloc(1, sizeof(*signer));
    if (signer == NULL) {
        sti_fail(err, "out of memory");
        return NULL;
    }
    signer->hsm = *hsm;
    signer->hsm.session = 0;
    signer->name = hsm_key_name(uri);
    if (open_session(signer, err) && find_key(signer, uri, err) && make_verifier(signer, err))
        return signer;
    hsm_signer_close(signer);
    return NULL;
}

void hsm_signer_close(struct hsm_signer *signer)
{
    if (signer == NULL)
        return;
    /* A lost session's number may be another one's by now. */
    if (signer->hsm.session != 0 && signer->lost == CKR_OK && hsm_own_process(&signer->hsm, NULL))
        signer->hsm.p11->C_CloseSession(signer->hsm.session);
    EVP_PKEY_CTX_free(signer->verify);
    EVP_PKEY_free(signer->public_key);
    free(signer);
}
