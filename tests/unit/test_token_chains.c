/* SPDX-License-Identifier: Apache-2.0 */
/* The chain that was verified last is taken again for the same question only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "test_token_kit.h"
#include "token_internal.h"

static struct kit kit;
static char *token;

static int set_up(void **state)
{
    (void)state;
    kit_make(&kit);
    kit.trust.chains = token_chains_new();
    token = kit_jws(KIT_HEADER, KIT_PAYLOAD, kit.signer_key);
    return kit.trust.chains == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    token_chains_free(kit.trust.chains);
    free(token);
    kit_free(&kit);
    return 0;
}

static void accept(void)
{
    token_claim_free(kit_expect_accepted(&kit, token));
}

/* Is the chain of this signer, with these certificates beside it, known? */
static bool known_beside(X509 *leaf, X509 *beside)
{
    struct token_signer signer = {.leaf = leaf, .untrusted = sk_X509_new_null()};
    if (beside != NULL)
        assert_true(sk_X509_push(signer.untrusted, beside) > 0);
    bool known = token_chains_recall(&kit.trust, &signer);
    assert_int_equal(known, signer.chain != NULL);
    if (known)
        assert_int_equal(sk_X509_num(signer.chain), 3);
    token_signer_free(&signer);
    return known;
}

static bool known(void)
{
    return known_beside(kit.signer, kit.middle);
}

static void knows_what_was_verified(void **state)
{
    (void)state;
    assert_false(known());
    accept();
    assert_true(known());
    accept();
    assert_true(known());
    /* Other objects with the same octets, as a token with x5c brings them. */
    X509 *again = X509_dup(kit.signer);
    assert_true(known_beside(again, kit.middle));
    X509_free(again);
}

/* A certificate that a token brings is the kept one if every octet of it is. */
static void reads_a_certificate_once(void **state)
{
    (void)state;
    X509 *const certificates[] = {kit.signer, kit.middle, kit.root};
    assert_null(token_chains_certificate(NULL, (const uint8_t *)"", 0));
    for (int known = 0; known < 2; known++) {
        for (size_t i = 0; i < 3; i++) {
            unsigned char *der = NULL;
            size_t length = (size_t)i2d_X509(certificates[i], &der);
            X509 *found = token_chains_certificate(kit.trust.chains, der, length);
            assert_ptr_equal(found, known == 1 && i < 2 ? certificates[i] : NULL);
            X509_free(found);
            der[length - 1] ^= 1; /* in the signature */
            assert_null(token_chains_certificate(kit.trust.chains, der, length));
            der[length - 1] ^= 1;
            assert_null(token_chains_certificate(kit.trust.chains, der, length - 1));
            OPENSSL_free(der);
        }
        accept();
    }
}

/* The same token with its chain by value, twice; then with a signer that is not the kept one. */
static void takes_x5c_again(void **state)
{
    (void)state;
    char header[8192];
    char *signer = kit_x5c(kit.signer);
    char *middle = kit_x5c(kit.middle);
    snprintf(header, sizeof(header), "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5c\":[\"%s\",\"%s\"]}",
             signer, middle);
    free(token);
    token = kit_jws(header, KIT_PAYLOAD, kit.signer_key);
    accept();
    assert_true(known());
    accept();
    free(token);
    token = kit_jws(header, KIT_PAYLOAD, kit.middle_key);
    kit_expect_refusal(&kit, token, "signature", "the signature does not fit", NULL);
    free(signer);
    free(middle);
}

static void asks_anew_for_another_question(void **state)
{
    (void)state;
    static const struct kit_profile twin = {.name = "PA Signer",
                                            .key_usage = "critical,digitalSignature"};
    accept();
    kit.trust.now++;
    assert_false(known());
    kit.trust.now--;
    assert_false(known_beside(kit.signer, NULL));
    assert_false(known_beside(kit.signer, kit.root));
    X509 *other = kit_certificate(&twin, kit.signer_key, kit.middle, kit.middle_key);
    assert_false(known_beside(other, kit.middle));
    sk_X509_set(kit.trust.anchors, 0, other);
    assert_false(known());
    sk_X509_set(kit.trust.anchors, 0, kit.root);
    assert_true(known());
    X509_free(other);
}

/* What would be refused without a memory is refused with one. */
static void trusts_nobody_for_longer(void **state)
{
    (void)state;
    static const char payload[] =
        "{\"exp\":1990003600,\"jti\":\"id1\",\"atc\":" KIT_ATC "}"; /* outlives the certificates */
    free(token);
    token = kit_jws(KIT_HEADER, payload, kit.signer_key);
    accept();
    kit.trust.now += 2 * KIT_DAY;
    kit_expect_refusal(&kit, token, "signer", "certificate has expired", "RFC 9448 section 6");
    kit.trust.now -= 2 * KIT_DAY;
    accept();
    sk_X509_set(kit.trust.anchors, 0, kit.signer); /* an anchor, but no longer the root */
    accept();
    sk_X509_pop(kit.trust.anchors);
    kit_expect_refusal(&kit, token, "signer", "the signer is not trusted", "RFC 9448 section 6");
    assert_true(sk_X509_push(kit.trust.anchors, kit.root) > 0);
    accept();
    sk_X509_pop(kit.chain); /* the intermediate certificate is not sent any more */
    kit_expect_refusal(&kit, token, "signer", "the signer is not trusted", "RFC 9448 section 6");
}

static void looks_at_crls_every_time(void **state)
{
    (void)state;
    struct kit_crl profile = {.revoked = kit.signer};
    accept();
    kit.trust.crls = sk_X509_CRL_new_null();
    sk_X509_CRL_push(kit.trust.crls, kit_crl(&profile, kit.middle, kit.middle_key));
    kit_expect_refusal(&kit, token, "signer", "was revoked by the CRL", NULL);
    sk_X509_CRL_pop_free(kit.trust.crls, X509_CRL_free);
}

static void keeps_no_refusal(void **state)
{
    (void)state;
    kit.trust.now += 2 * KIT_DAY;
    kit_expect_refusal(&kit, token, "signer", "certificate has expired", NULL);
    assert_false(known());
    token_chains_free(NULL);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(knows_what_was_verified),  CASE(reads_a_certificate_once),
        CASE(takes_x5c_again),          CASE(asks_anew_for_another_question),
        CASE(trusts_nobody_for_longer), CASE(looks_at_crls_every_time),
        CASE(keeps_no_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
