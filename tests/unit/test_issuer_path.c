/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The path of the CA that signs, and of what it has signed, to the anchor of the configuration: a
 * delegating CA under an intermediate, which here has a list, too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "issuer.h"
#include "test_path_kit.h"

#define PA "PA CRL"
#define FILE_NAME "delegate-ca.pem"
#define NEEDS_SPC "SPC:709J"

static struct kit_path kit;

/* What differs from a good path. */
struct scene {
    struct kit_member anchor, issuer, leaf;
    int revoked; /* KIT_DELEGATE or KIT_LEAF; 0: nobody */
    bool crl;
    struct path_policy policy;
    time_t at;
    const char *anchor_list; /* lists by reference that are at hand */
    const char *issuer_list;
    const char *leaf_list;
};

static struct scene good(void)
{
    return (struct scene){
        .anchor = {.name = "Intermediate",
                   .constraints = "critical,CA:TRUE",
                   .key_usage = "critical,keyCertSign",
                   .ski = "0a02",
                   .list = "TN:12155550000+1000",
                   .crl_url = KIT_CRL_URL,
                   .crl_issuer = PA},
        .issuer = {.name = "Delegate CA",
                   .constraints = "critical,CA:TRUE,pathlen:0",
                   .key_usage = "critical,keyCertSign",
                   .ski = "0a03",
                   .aki = "0a02",
                   .list = "TN:12155550100+100",
                   .crl_url = KIT_CRL_URL,
                   .crl_issuer = PA},
        .leaf = {.name = "Leaf",
                 .constraints = "critical,CA:FALSE",
                 .key_usage = "critical,digitalSignature",
                 .ski = "0a04",
                 .aki = "0a03",
                 .list = "TN:12155550150+10",
                 .crl_url = KIT_CRL_URL,
                 .crl_issuer = PA},
        .at = KIT_NOW,
    };
}

/* The list of this text, or none. */
static struct path_list list_of(const char *text, struct tnauthlist *room)
{
    if (text == NULL)
        return (struct path_list){0};
    kit_list(text, room);
    return (struct path_list){.der = room->der, .der_length = room->der_length, .name = "list"};
}

/* Asks for the issuer's own path, or the leaf's. */
static bool ask(const struct scene *scene, bool own, struct sti_error *err)
{
    struct tnauthlist rooms[3] = {0};
    X509 *anchor = kit_member(&scene->anchor, kit.keys[KIT_MIDDLE], NULL, kit.keys[KIT_MIDDLE]);
    X509 *issuer = kit_member(&scene->issuer, kit.keys[KIT_DELEGATE], anchor, kit.keys[KIT_MIDDLE]);
    X509 *leaf = kit_member(&scene->leaf, kit.keys[KIT_LEAF], issuer, kit.keys[KIT_DELEGATE]);
    struct issuer it = {
        .certificate = issuer,
        .name = FILE_NAME,
        .anchor = anchor,
        .list = {.list = list_of(scene->issuer_list, &rooms[0])},
        .anchor_list = {.list = list_of(scene->anchor_list, &rooms[1])},
    };
    const struct path_list list = list_of(scene->leaf_list, &rooms[2]);
    if (scene->crl) {
        const struct kit_crl crl = {.indirect = true,
                                    .url = KIT_CRL_URL,
                                    .revoked = scene->revoked == KIT_DELEGATE ? issuer
                                               : scene->revoked == KIT_LEAF   ? leaf
                                                                              : NULL};
        it.crls = sk_X509_CRL_new_null();
        it.crl_signers = sk_X509_new_null();
        it.crl_anchors = sk_X509_new_null();
        sk_X509_CRL_push(it.crls, kit_crl(&crl, kit.crl_signer, kit.crl_key));
        sk_X509_push(it.crl_signers, kit.crl_signer);
        sk_X509_push(it.crl_anchors, kit.pa.root);
    }
    sti_error_clear(err);
    bool ok = issuer_path(&it, own ? NULL : leaf, scene->leaf_list == NULL ? NULL : &list,
                          &scene->policy, scene->at, err);
    for (size_t i = 0; i < 3; i++)
        if (rooms[i].der != NULL)
            kit_list_free(&rooms[i]);
    sk_X509_CRL_pop_free(it.crls, X509_CRL_free);
    sk_X509_free(it.crl_signers);
    sk_X509_free(it.crl_anchors);
    X509_free(leaf);
    X509_free(issuer);
    X509_free(anchor);
    return ok;
}

static void passes(const struct scene *scene)
{
    struct sti_error err;
    if (!ask(scene, true, &err) || !ask(scene, false, &err))
        fail_msg("%s: %s: %s", err.source, err.part, err.sentence);
}

static void refused(const struct scene *scene, bool own, const char *part, const char *sentence,
                    const char *clause)
{
    struct sti_error err;
    assert_false(ask(scene, own, &err));
    kit_check_error(&err, STI_REFUSED, part, sentence, clause);
    if (strncmp(part, "certificate 1", 13) == 0)
        assert_string_equal(err.source, own ? FILE_NAME : "the certificate");
}

static void accepts_a_good_path(void **state)
{
    struct scene scene = good();
    (void)state;
    passes(&scene);
    scene.crl = true;
    passes(&scene);
}

static void wants_the_issuers_list_within_the_anchors_rfc9060_section_4(void **state)
{
    struct scene scene = good();
    (void)state;
    scene.anchor.list = "TN:12155550100+50";
    refused(&scene, true, "certificate 1", "\"CN = Intermediate\" lacks", "RFC 9060 section 4");
    /* The leaf's own step is good, but its path is not. */
    scene.leaf.list = "TN:12155550110";
    refused(&scene, false, "certificate 2", "\"CN = Intermediate\" lacks", "RFC 9060 section 4");
}

static void wants_the_list_within_the_issuers_rfc9060_section_4(void **state)
{
    struct scene scene = good();
    (void)state;
    scene.leaf.list = "TN:12155550150+100";
    refused(&scene, false, "certificate 1", "\"CN = Delegate CA\" lacks", "RFC 9060 section 4");
}

static void wants_a_policy_for_what_is_undecidable_rfc9060_section_4_1(void **state)
{
    static const char table[] = "spc,first,last\n709J,12155550000,12155550999\n";
    struct scene scene = good();
    (void)state;
    scene.anchor.list = NEEDS_SPC;
    refused(&scene, true, "certificate 1", "undecidable", "RFC 9060 section 4.1");
    scene.policy.accept_undecidable = true;
    passes(&scene);
    scene.policy = (struct path_policy){.table = {table, sizeof(table) - 1, "table.csv"}};
    passes(&scene);
}

static void takes_lists_by_reference_rfc8226_section_10_1(void **state)
{
    struct scene scene = good();
    (void)state;
    scene.anchor.by_reference = scene.issuer.by_reference = scene.leaf.by_reference = true;
    scene.anchor_list = scene.anchor.list;
    scene.issuer_list = scene.issuer.list;
    scene.leaf_list = scene.leaf.list;
    passes(&scene);
    scene.anchor_list = NULL;
    refused(&scene, true, "certificate 2 TNAuthList", "", NULL);
}

static void wants_the_signature_of_the_anchor_rfc5280_section_6_1(void **state)
{
    struct scene scene = good();
    (void)state;
    scene.issuer.tampered = true;
    refused(&scene, true, "", "certificate signature failure", "RFC 5280 section 6.1");
    scene = good();
    scene.leaf.tampered = true;
    refused(&scene, false, "", "certificate signature failure", "RFC 5280 section 6.1");
}

static void wants_everything_valid_at_the_time_rfc5280_section_6_1(void **state)
{
    struct scene scene = good();
    (void)state;
    scene.at = KIT_NOW + 2 * KIT_DAY;
    refused(&scene, true, "", "expired", "RFC 5280 section 6.1");
}

static void refuses_what_the_crl_lists_rfc5280_section_6_3(void **state)
{
    struct scene scene = good();
    (void)state;
    scene.crl = true;
    scene.revoked = KIT_DELEGATE;
    refused(&scene, true, "certificate 1", "was revoked by the CRL", "RFC 5280 section 6.3.3");
    refused(&scene, false, "certificate 2", "was revoked by the CRL", "RFC 5280 section 6.3.3");
    scene.revoked = KIT_LEAF;
    refused(&scene, false, "certificate 1", "was revoked by the CRL", "RFC 5280 section 6.3.3");
}

static int set_up(void **state)
{
    (void)state;
    kit_path_make(&kit);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    kit_path_free(&kit);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_a_good_path),
        cmocka_unit_test(wants_the_issuers_list_within_the_anchors_rfc9060_section_4),
        cmocka_unit_test(wants_the_list_within_the_issuers_rfc9060_section_4),
        cmocka_unit_test(wants_a_policy_for_what_is_undecidable_rfc9060_section_4_1),
        cmocka_unit_test(takes_lists_by_reference_rfc8226_section_10_1),
        cmocka_unit_test(wants_the_signature_of_the_anchor_rfc5280_section_6_1),
        cmocka_unit_test(wants_everything_valid_at_the_time_rfc5280_section_6_1),
        cmocka_unit_test(refuses_what_the_crl_lists_rfc5280_section_6_3),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
