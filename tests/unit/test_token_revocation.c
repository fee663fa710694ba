/* SPDX-License-Identifier: Apache-2.0 */
/* The STI-PA's CRL and the signer of a token (RFC 5280 sections 5 and 6.3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/x509v3.h>

#include "test_token_kit.h"

static struct kit kit;
static EVP_PKEY *crl_key;
static X509 *crl_signer; /* below the STI-PA's root, for CRLs alone */
static EVP_PKEY *stranger_key;

static int set_up(void **state)
{
    (void)state;
    static const struct kit_profile profile = {.name = "PA CRL", .key_usage = "critical,cRLSign"};
    kit_make(&kit);
    crl_key = kit_ec("P-256");
    stranger_key = kit_ec("P-256");
    crl_signer = kit_certificate(&profile, crl_key, kit.root, kit.root_key);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    X509_free(crl_signer);
    EVP_PKEY_free(crl_key);
    EVP_PKEY_free(stranger_key);
    kit_free(&kit);
    return 0;
}

/* The good token is judged with one CRL and one certificate in its file (NULL: none). */
static struct checks judge(X509_CRL *crl, X509 *signer)
{
    struct checks checks = {0};
    struct token_trust trust = kit.trust;
    char *jws = kit_jws(KIT_HEADER, KIT_PAYLOAD, kit.signer_key);
    trust.crls = sk_X509_CRL_new_null();
    trust.crl_signers = sk_X509_new_null();
    sk_X509_CRL_push(trust.crls, crl);
    if (signer != NULL)
        sk_X509_push(trust.crl_signers, signer);
    token_claim_free(token_examine(jws, strlen(jws), &trust, &checks));
    sk_X509_free(trust.crl_signers);
    sk_X509_CRL_pop_free(trust.crls, X509_CRL_free);
    free(jws);
    return checks;
}

static const struct check *revocation(const struct checks *checks)
{
    for (size_t i = 0; i < checks->count; i++)
        if (strcmp(checks->list[i].name, "token-not-revoked") == 0)
            return &checks->list[i];
    fail_msg("there is no such check");
    return NULL;
}

static void passes(X509_CRL *crl, X509 *signer, const char *found)
{
    struct checks checks = judge(crl, signer);
    const struct check *failure = checks_first_failure(&checks);
    if (failure != NULL)
        fail_msg("%s: %s", failure->name, failure->reason.sentence);
    assert_string_equal(revocation(&checks)->found, found);
}

/* The CRL's fault is the only one, and what comes after is not asked. */
static void fails(X509_CRL *crl, X509 *signer, const char *part, const char *sentence,
                  const char *clause)
{
    struct checks checks = judge(crl, signer);
    const struct check *check = revocation(&checks);
    assert_int_equal(checks.failed, 1);
    assert_int_equal(check->state, CHECK_FAILED);
    kit_check_error(&check->reason, STI_REFUSED, part, sentence, clause);
    assert_int_equal(checks.given & TOKEN_SIGNATURE, 0);
}

static void without_a_crl_nothing_is_asked(void **state)
{
    (void)state;
    struct checks checks = {0};
    char *jws = kit_jws(KIT_HEADER, KIT_PAYLOAD, kit.signer_key);
    token_claim_free(token_examine(jws, strlen(jws), &kit.trust, &checks));
    free(jws);
    assert_int_equal(checks.failed, 0);
    assert_int_equal(revocation(&checks)->state, CHECK_NOT_APPLICABLE);
    kit_check_error(&revocation(&checks)->reason, STI_OK, "", "no CRL of the STI-PA was given",
                    NULL);
}

static void a_crl_that_lists_nobody(void **state)
{
    (void)state;
    passes(kit_crl(&(struct kit_crl){0}, kit.middle, kit.middle_key), NULL, "CN = PA Intermediate");
    passes(
        kit_crl(&(struct kit_crl){.indirect = true, .revoked = kit.root}, kit.root, kit.root_key),
        NULL, "CN = PA Root");
}

/* RFC 5280 section 5.2.5: one CRL for the certificates of many; its signer is in the CRL's file. */
static void an_indirect_crl_rfc5280_section_5_2_5(void **state)
{
    (void)state;
    passes(kit_crl(&(struct kit_crl){.indirect = true, .revoked = crl_signer}, crl_signer, crl_key),
           crl_signer, "CN = PA CRL");
    fails(kit_crl(&(struct kit_crl){.indirect = true, .revoked = kit.signer}, crl_signer, crl_key),
          crl_signer, "signer", "\"CN = PA Signer\" was revoked by the CRL of \"CN = PA CRL\"",
          "RFC 5280 section 6.3.3");
}

static void a_signer_that_is_listed(void **state)
{
    (void)state;
    fails(kit_crl(&(struct kit_crl){.revoked = kit.signer}, kit.middle, kit.middle_key), NULL,
          "signer", "certificate \"CN = PA Signer\" was revoked by the CRL of \"CN = PA Interm",
          "RFC 5280 section 6.3.3");
}

static void what_leads_to_the_anchor_is_looked_up_too(void **state)
{
    (void)state;
    fails(kit_crl(&(struct kit_crl){.indirect = true, .revoked = kit.middle}, crl_signer, crl_key),
          crl_signer, "signer", "certificate \"CN = PA Intermediate\" was revoked",
          "RFC 5280 section 6.3.3");
}

static void times_rfc5280_section_5_1_2(void **state)
{
    (void)state;
    fails(kit_crl(&(struct kit_crl){.from = -2 * KIT_DAY, .to = -1}, kit.middle, kit.middle_key),
          NULL, "CRL", "is out of date at 2026-09-21T14:13:20Z; get the STI-PA's current one",
          "RFC 5280 section 6.3.3");
    fails(kit_crl(&(struct kit_crl){.from = -2 * KIT_DAY, .to = 0}, kit.middle, kit.middle_key),
          NULL, "CRL", "is out of date", "RFC 5280 section 6.3.3");
    fails(kit_crl(&(struct kit_crl){.from = 1, .to = KIT_DAY}, kit.middle, kit.middle_key), NULL,
          "CRL", "is not valid yet at 2026-09-21T14:13:20Z", "RFC 5280 section 6.3.3");
    fails(kit_crl(&(struct kit_crl){.endless = true}, kit.middle, kit.middle_key), NULL, "CRL",
          "has no nextUpdate", "RFC 5280 section 5.1.2.5");
}

static void who_signed_the_crl(void **state)
{
    (void)state;
    static const char none[] = "no certificate of the issuer \"CN = PA CRL\" that made the CRL's "
                               "signature is here";
    fails(kit_crl(&(struct kit_crl){.indirect = true}, crl_signer, crl_key), NULL, "CRL", none,
          "RFC 5280 section 6.3.3");
    fails(kit_crl(&(struct kit_crl){.indirect = true}, crl_signer, stranger_key), crl_signer, "CRL",
          none, "RFC 5280 section 6.3.3");
    /* The token's own signer signs tokens. */
    fails(kit_crl(&(struct kit_crl){.indirect = true}, kit.signer, kit.signer_key), NULL, "CRL",
          "the CRL's signer \"CN = PA Signer\" has a keyUsage without cRLSign",
          "RFC 5280 section 4.2.1.3");
    static const struct kit_profile profile = {.name = "Stranger", .key_usage = "critical,cRLSign"};
    X509 *stranger = kit_certificate(&profile, stranger_key, NULL, stranger_key);
    fails(kit_crl(&(struct kit_crl){.indirect = true}, stranger, stranger_key), stranger, "CRL",
          "the CRL's signer is not trusted at", "RFC 9448 section 6");
    X509_free(stranger);
}

static void a_crl_about_others(void **state)
{
    (void)state;
    fails(kit_crl(&(struct kit_crl){0}, kit.root, kit.root_key), NULL, "signer",
          "no CRL that was given speaks of the signer \"CN = PA Signer\"",
          "RFC 5280 section 6.3.3");
}

static void what_is_critical_must_be_understood_rfc5280_section_5_2(void **state)
{
    (void)state;
    fails(kit_crl(&(struct kit_crl){.extension = NID_sbgp_ipAddrBlock}, kit.middle, kit.middle_key),
          NULL, "CRL", "has a critical extension that is not understood", "RFC 5280 section 5.2");
    fails(kit_crl(&(struct kit_crl){.extension = NID_delta_crl}, kit.middle, kit.middle_key), NULL,
          "CRL", "is a delta CRL; the whole one is needed", "RFC 5280 section 5.2.4");
    fails(kit_crl(&(struct kit_crl){.revoked = kit.root, .entry_extension = NID_sbgp_ipAddrBlock},
                  kit.middle, kit.middle_key),
          NULL, "CRL", "entry 1 of the CRL of \"CN = PA Intermediate\" has a critical extension",
          "RFC 5280 section 5.3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_crl_nothing_is_asked),
        cmocka_unit_test(a_crl_that_lists_nobody),
        cmocka_unit_test(an_indirect_crl_rfc5280_section_5_2_5),
        cmocka_unit_test(a_signer_that_is_listed),
        cmocka_unit_test(what_leads_to_the_anchor_is_looked_up_too),
        cmocka_unit_test(times_rfc5280_section_5_1_2),
        cmocka_unit_test(who_signed_the_crl),
        cmocka_unit_test(a_crl_about_others),
        cmocka_unit_test(what_is_critical_must_be_understood_rfc5280_section_5_2),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
