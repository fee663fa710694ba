/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The negative matrix of path validation: one good path (STI-CA root, intermediate, a delegate's CA
 * with a list, an end entity with a list within it) passes every check, and each change breaks the
 * check it is meant for and no other. Every check that there is must be broken by one change at
 * least (RFC 5280 section 6, RFC 8226, RFC 9060).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "test_path_kit.h"

#define CERT "leaf.pem"
#define LIST "list.der"
#define TABLE "numbers.csv"
#define PA "PA CRL"

#define DELEGATE_LIST "TN:12155550100+100,TN:12155551212"
#define LEAF_LIST "TN:12155550150+10,TN:12155551212"

static struct kit_path kit;

/* What is judged: the certificates from the anchor down, and what the relying party has. */
struct world {
    struct kit_member members[KIT_MEMBERS];
    int asked;         /* the member that is judged */
    int left_out;      /* a member that is not given as chain; 0: none */
    bool root_is_none; /* the anchor is another certificate; the root comes with the chain */
    bool shuffled;     /* the chain is given from the top */
    struct kit_crl crl;
    bool without_crl;
    bool crl_stranger;    /* the CRL is signed by the STI-CA's root ... */
    bool crl_sti_ca;      /* ... whose root is the CRL's anchor */
    bool crl_of_pa;       /* its signer is the one of tokens */
    int revoked;          /* this member is in the CRL; 0: none */
    const char *list;     /* a list by reference is given: its text ... */
    const char *list_hex; /* ... or its octets ... */
    const char *list_url; /* ... as the URL's */
    struct path_input input;

    X509 *certificates[KIT_MEMBERS];
    struct tnauthlist given; /* `list` */
    uint8_t octets[64];      /* `list_hex` */
    struct path_list path_list;
    struct path path;
    struct checks checks;
};

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

static void make_good(struct world *world)
{
    static const struct kit_member members[KIT_MEMBERS] = {
        [KIT_ROOT] = {.name = "Root",
                      .constraints = "critical,CA:TRUE",
                      .key_usage = "critical,keyCertSign",
                      .ski = "0a01"},
        [KIT_MIDDLE] = {.name = "Intermediate",
                        .constraints = "critical,CA:TRUE",
                        .key_usage = "critical,keyCertSign",
                        .ski = "0a02",
                        .aki = "0a01",
                        .crl_url = KIT_CRL_URL,
                        .crl_issuer = PA},
        [KIT_DELEGATE] = {.name = "Delegate CA",
                          .constraints = "critical,CA:TRUE,pathlen:0",
                          .key_usage = "critical,keyCertSign",
                          .ski = "0a03",
                          .aki = "0a02",
                          .list = DELEGATE_LIST,
                          .crl_url = KIT_CRL_URL,
                          .crl_issuer = PA},
        [KIT_LEAF] = {.name = "Leaf",
                      .constraints = "critical,CA:FALSE",
                      .key_usage = "critical,digitalSignature",
                      .ski = "0a04",
                      .aki = "0a03",
                      .list = LEAF_LIST,
                      .crl_url = KIT_CRL_URL,
                      .crl_issuer = PA},
    };
    memset(world, 0, sizeof(*world));
    memcpy(world->members, members, sizeof(members));
    world->asked = KIT_LEAF;
    world->crl = (struct kit_crl){.indirect = true, .url = KIT_CRL_URL};
    world->input.certificate_name = CERT;
    world->input.at = KIT_NOW;
    assert_true(tn_pack("12155550155", 11, &world->input.number, NULL));
}

/* ---- from the world to a judgement ---- */

static EVP_PKEY *key_of(const struct world *world, int index)
{
    return world->members[index].key != NULL ? world->members[index].key : kit.keys[index];
}

static void make_certificates(struct world *world)
{
    for (int i = 0; i < KIT_MEMBERS; i++)
        world->certificates[i] = kit_member(&world->members[i], key_of(world, i),
                                            i == 0 ? NULL : world->certificates[i - 1],
                                            key_of(world, i == 0 ? 0 : i - 1));
}

static void make_stacks(struct world *world)
{
    world->input.certificate = world->certificates[world->asked];
    world->input.chain = sk_X509_new_null();
    world->input.anchors = sk_X509_new_null();
    world->input.crl_anchors = sk_X509_new_null();
    world->input.crl_signers = sk_X509_new_null();
    for (int i = world->root_is_none ? KIT_ROOT : KIT_MIDDLE; i < world->asked; i++) {
        if (i == world->left_out && i != 0)
            continue;
        if (world->shuffled)
            sk_X509_push(world->input.chain, world->certificates[i]);
        else
            sk_X509_unshift(world->input.chain, world->certificates[i]);
    }
    sk_X509_push(world->input.anchors,
                 world->root_is_none ? kit.pa.root : world->certificates[KIT_ROOT]);
    sk_X509_push(world->input.crl_anchors,
                 world->crl_sti_ca ? world->certificates[KIT_ROOT] : kit.pa.root);
    sk_X509_push(world->input.crl_signers, kit.crl_signer);
}

static void make_crl(struct world *world)
{
    X509 *issuer = world->crl_of_pa ? kit.pa.signer : kit.crl_signer;
    EVP_PKEY *key = world->crl_stranger ? kit.keys[KIT_ROOT]
                    : world->crl_of_pa  ? kit.pa.signer_key
                                        : kit.crl_key;
    if (world->without_crl)
        return;
    if (world->crl_of_pa)
        sk_X509_push(world->input.crl_signers, kit.pa.signer);
    world->crl.revoked = world->revoked == 0 ? NULL : world->certificates[world->revoked];
    world->input.crls = sk_X509_CRL_new_null();
    sk_X509_CRL_push(world->input.crls, kit_crl(&world->crl, issuer, key));
}

static void make_list(struct world *world)
{
    world->path_list = (struct path_list){.url = world->list_url, .name = LIST};
    if (world->list_hex != NULL) {
        world->path_list.der = world->octets;
        for (size_t i = 0; i < strlen(world->list_hex) / 2; i++)
            sscanf(world->list_hex + 2 * i, "%2hhx", &world->octets[i]);
        world->path_list.der_length = strlen(world->list_hex) / 2;
    } else if (world->list != NULL) {
        kit_list(world->list, &world->given);
        world->path_list.der = world->given.der;
        world->path_list.der_length = world->given.der_length;
    } else {
        return;
    }
    world->input.lists = &world->path_list;
    world->input.list_count = 1;
}

/* Makes the certificates from what the world says, and judges them. Free with end(). */
static void run(struct world *world)
{
    make_certificates(world);
    make_stacks(world);
    make_crl(world);
    make_list(world);
    ERR_clear_error(); /* reading an odd CRL may leave something */
    path_examine(&world->input, &world->path, &world->checks);
    assert_int_equal(ERR_peek_error(), 0);
}

static void end(struct world *world)
{
    path_free(&world->path);
    sk_X509_CRL_pop_free(world->input.crls, X509_CRL_free);
    sk_X509_free(world->input.chain);
    sk_X509_free(world->input.anchors);
    sk_X509_free(world->input.crl_anchors);
    sk_X509_free(world->input.crl_signers);
    for (int i = 0; i < KIT_MEMBERS; i++)
        X509_free(world->certificates[i]);
    if (world->given.der != NULL)
        kit_list_free(&world->given);
}

static const struct check *find(const struct world *world, const char *name)
{
    for (size_t i = 0; i < world->checks.count; i++)
        if (strcmp(world->checks.list[i].name, name) == 0)
            return &world->checks.list[i];
    fail_msg("there is no check %s", name);
    return NULL;
}

/* Runs it, and nothing may have failed. */
static void passes(struct world *world)
{
    run(world);
    const struct check *failure = checks_first_failure(&world->checks);
    if (failure != NULL)
        fail_msg("%s: %s", failure->name, failure->reason.sentence);
    assert_int_equal(path_verdict(&world->path, &world->checks), TNSET_YES);
}

static void found(const struct world *world, const char *name, const char *words)
{
    assert_string_equal(find(world, name)->found, words);
}

static void not_asked(const struct world *world, const char *name, const char *why)
{
    assert_int_equal(find(world, name)->state, CHECK_NOT_APPLICABLE);
    assert_string_equal(find(world, name)->reason.sentence, why);
}

/* ---- what passes ---- */

static void passes_every_check_rfc9060(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    passes(&world);
    assert_int_equal(world.checks.count, 12);
    for (size_t i = 0; i < world.checks.count; i++) {
        const struct check *check = &world.checks.list[i];
        assert_true(strlen(check->title) > 0);
        assert_true(strlen(check->clause) > 0);
        assert_int_equal(check->state, CHECK_PASSED);
        assert_int_equal(check->reason.code, STI_OK);
        assert_string_equal(check->reason.part, "");
    }
    found(&world, "path-key-ids", "4 certificates, anchor CN = Root");
    found(&world, "path-chain", "valid at 2026-09-21T14:13:20Z");
    found(&world, "path-lists", "1: by value, 2 entries; 2: by value, 2 entries; 3: none; 4: none");
    found(&world, "path-encompassing", "1 in 2: yes");
    found(&world, "path-crls", "CN = PA CRL");
    found(&world, "path-covered", "3 of 3");
    found(&world, "tn-scope", "range, entry 1 TN:12155550150-12155550159");
    assert_int_equal(sk_X509_num(world.path.certificates), 4);
    assert_int_equal(world.path.encompassing, TNSET_YES);
    end(&world);
}

/* What is given in any order is found by its key identifiers. */
static void the_order_of_the_chain_does_not_count(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    world.shuffled = true;
    passes(&world);
    end(&world);
}

/* The base profile: one SPC in the end entity, and nobody above has a list. */
static void an_issuer_without_a_list_sets_no_limit(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    world.members[KIT_DELEGATE].list = NULL;
    world.members[KIT_LEAF].list = "SPC:709J";
    world.input.number = 0;
    passes(&world);
    not_asked(&world, "path-encompassing", "no issuer has a list, so none sets a limit");
    not_asked(&world, "tn-scope", "no number was asked about");
    not_asked(&world, "tn-end-entity", "no number was asked about");
    end(&world);
}

static void a_ca_and_an_anchor_can_be_judged(void **state)
{
    (void)state;
    for (int asked = KIT_ROOT; asked <= KIT_DELEGATE; asked++) {
        struct world world;
        make_good(&world);
        world.asked = asked;
        world.input.number = 0;
        passes(&world);
        assert_int_equal(sk_X509_num(world.path.certificates), asked + 1);
        if (asked == KIT_ROOT)
            not_asked(&world, "path-covered",
                      "the certificate is an anchor, which no CRL is about");
        end(&world);
    }
}

/* RFC 9060 section 4.1: a list by reference counts as one by value. */
static void lists_by_reference_rfc9060_section_4_1(void **state)
{
    (void)state;
    static const int members[] = {KIT_LEAF, KIT_DELEGATE};
    static const char *const texts[] = {LEAF_LIST, DELEGATE_LIST};
    for (size_t i = 0; i < 2; i++) {
        struct world world;
        make_good(&world);
        world.members[members[i]].by_reference = true;
        world.list = texts[i];
        passes(&world);
        found(&world, "path-lists",
              i == 0 ? "1: by reference, 2 entries; 2: by value, 2 entries; 3: none; 4: none"
                     : "1: by value, 2 entries; 2: by reference, 2 entries; 3: none; 4: none");
        assert_string_equal(world.path.scopes[i].file, LIST);
        assert_string_equal(world.path.scopes[i].url, kit_list_url(texts[i]));
        end(&world);
        /* The same list as what that URL has returned; another URL promises no digest. */
        make_good(&world);
        world.members[members[i]].by_reference = true;
        world.list = texts[i];
        world.list_url = kit_list_url(texts[i]);
        passes(&world);
        end(&world);
        make_good(&world);
        world.members[members[i]].by_reference = true;
        world.members[members[i]].url = "https://tn.example.org/l/1";
        world.list = texts[i];
        world.list_url = "https://tn.example.org/l/1";
        passes(&world);
        end(&world);
    }
}

/* All members have the SPC; the parent's SPC goes down by name, and numbers beside it. */
static void an_spc_goes_down_by_its_name(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    world.members[KIT_MIDDLE].list = "SPC:709J,TN:12155550100+100,TN:12155551212";
    world.members[KIT_DELEGATE].list = "TN:12155550100+100,SPC:709J";
    world.members[KIT_LEAF].list = "SPC:709J,TN:12155550150+10";
    passes(&world);
    found(&world, "path-encompassing", "1 in 2: yes; 2 in 3: yes");
    end(&world);
}

/* ---- what a policy settles ---- */

static void spc_only_issuer(struct world *world)
{
    world->members[KIT_DELEGATE].list = "SPC:709J";
}

static void a_policy_settles_what_is_undecidable_rfc9060_section_4_1(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    spc_only_issuer(&world);
    run(&world);
    assert_int_equal(world.checks.failed, 1);
    assert_int_equal(world.path.encompassing, TNSET_UNDECIDABLE);
    assert_int_equal(path_verdict(&world.path, &world.checks), TNSET_UNDECIDABLE);
    end(&world);
    make_good(&world);
    spc_only_issuer(&world);
    world.input.policy.accept_undecidable = true;
    passes(&world);
    found(&world, "path-encompassing", "1 in 2: undecidable, which the policy accepts");
    end(&world);
    /* A no stays a no. */
    make_good(&world);
    world.members[KIT_LEAF].list = "SPC:1234,TN:12155550150+10";
    spc_only_issuer(&world);
    world.input.policy.accept_undecidable = true;
    run(&world);
    assert_int_equal(world.checks.failed, 1);
    assert_int_equal(path_verdict(&world.path, &world.checks), TNSET_NO);
    end(&world);
}

/* Something undecidable and something wrong together are wrong. */
static void what_is_wrong_outweighs_what_is_undecidable(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    spc_only_issuer(&world);
    world.revoked = KIT_LEAF;
    run(&world);
    assert_int_equal(world.checks.failed, 2);
    assert_int_equal(path_verdict(&world.path, &world.checks), TNSET_NO);
    end(&world);
    /* The worst of two steps, with the reason of that step. */
    make_good(&world);
    spc_only_issuer(&world);
    world.members[KIT_MIDDLE].list = "SPC:1234";
    run(&world);
    found(&world, "path-encompassing", "1 in 2: undecidable; 2 in 3: no");
    assert_int_equal(world.path.encompassing, TNSET_NO);
    assert_string_equal(find(&world, "path-encompassing")->reason.part, "certificate 2");
    end(&world);
}

static void use_table(struct world *world, const char *text)
{
    world->input.policy.table = (struct path_table){text, strlen(text), TABLE};
}

static void a_table_settles_what_an_spc_stands_for(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    spc_only_issuer(&world);
    use_table(&world, "spc,first,last\n709J,12155550100,12155550199\n709J,12155551212,\n");
    passes(&world);
    found(&world, "path-encompassing", "1 in 2: yes");
    end(&world);
    make_good(&world);
    spc_only_issuer(&world);
    world.members[KIT_LEAF].list = "SPC:709J";
    use_table(&world, "spc,first,last\n709J,12155550100,12155550199\n");
    passes(&world);
    found(&world, "tn-scope", "spc, entry 1 SPC:709J");
    end(&world);
}

static void a_policy_accepts_what_a_number_leaves_open(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    spc_only_issuer(&world);
    world.members[KIT_LEAF].list = "SPC:709J";
    world.input.policy.accept_undecidable = true;
    passes(&world);
    found(&world, "tn-scope", "spc, entry 1 SPC:709J, which the policy accepts");
    end(&world);
}

static void a_policy_does_without_a_crl(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    world.without_crl = true;
    world.input.policy.accept_uncovered = true;
    passes(&world);
    found(&world, "path-covered", "0 of 3, which the policy accepts");
    not_asked(&world, "path-crls", "no CRL of the STI-PA was given");
    not_asked(&world, "path-not-revoked", "no CRL of the STI-PA was given");
    end(&world);
    /* What a CRL lists is revoked, whether it was meant to speak of it or not. */
    make_good(&world);
    world.members[KIT_LEAF].crl_issuer = "Somebody else";
    world.revoked = KIT_LEAF;
    world.input.policy.accept_uncovered = true;
    run(&world);
    found(&world, "path-covered", "2 of 3, which the policy accepts");
    assert_int_equal(world.checks.failed, 1);
    assert_string_equal(checks_first_failure(&world.checks)->name, "path-not-revoked");
    end(&world);
}

static void a_policy_takes_a_crl_that_is_out_of_date(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    world.crl.from = -2 * KIT_DAY;
    world.crl.to = -1;
    world.input.policy.accept_stale_crl = true;
    passes(&world);
    found(&world, "path-crls", "CN = PA CRL, out of date, which the policy accepts");
    end(&world);
    /* It still says who is revoked. */
    make_good(&world);
    world.crl.from = -2 * KIT_DAY;
    world.crl.to = -1;
    world.revoked = KIT_DELEGATE;
    world.input.policy.accept_stale_crl = true;
    run(&world);
    assert_string_equal(checks_first_failure(&world.checks)->name, "path-not-revoked");
    end(&world);
}

/* A CRL without a name for its point, or a point without a URL of its own, is no contradiction. */
static void distribution_points_rfc5280_section_6_3_3(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    world.crl.url = NULL;
    passes(&world);
    end(&world);
    make_good(&world);
    world.members[KIT_LEAF].crl_url = NULL;
    world.crl.url = NULL;
    passes(&world);
    end(&world);
}

/* RFC 5280 section 4.2.1.3: a keyUsage that is not there limits nothing. */
static void a_key_without_usage_may_sign(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    world.members[KIT_LEAF].key_usage = NULL;
    passes(&world);
    found(&world, "tn-key-usage", "no keyUsage, which limits nothing");
    end(&world);
}

/* At another time another answer. */
static void everything_must_be_valid_at_the_time_asked(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    world.members[KIT_LEAF].from = -100;
    world.members[KIT_LEAF].to = -50;
    world.input.at = KIT_NOW - 75;
    passes(&world);
    end(&world);
}

/* ---- changes, each of which breaks one check ---- */

static void other_aki(struct world *world)
{
    world->members[KIT_LEAF].aki = "0aff";
}

static void no_aki(struct world *world)
{
    world->members[KIT_LEAF].aki = NULL;
}

static void no_ski(struct world *world)
{
    world->members[KIT_DELEGATE].ski = NULL;
}

static void a_gap(struct world *world)
{
    world->left_out = KIT_MIDDLE;
}

static void root_from_the_chain(struct world *world)
{
    world->root_is_none = true;
}

static void tampered_leaf(struct world *world)
{
    world->members[KIT_LEAF].tampered = true;
}

static void tampered_delegate(struct world *world)
{
    world->members[KIT_DELEGATE].tampered = true;
}

static void expired_leaf(struct world *world)
{
    world->members[KIT_LEAF].from = -100;
    world->members[KIT_LEAF].to = -1;
}

static void expired_middle(struct world *world)
{
    world->members[KIT_MIDDLE].from = -100;
    world->members[KIT_MIDDLE].to = -1;
}

static void future_leaf(struct world *world)
{
    world->members[KIT_LEAF].from = 1;
    world->members[KIT_LEAF].to = 100;
}

static void other_issuer_name(struct world *world)
{
    world->members[KIT_LEAF].issuer = "Somebody else";
}

static void issuer_is_no_ca(struct world *world)
{
    world->members[KIT_DELEGATE].constraints = "critical,CA:FALSE";
    world->members[KIT_DELEGATE].key_usage = "critical,digitalSignature";
}

static void issuer_may_not_sign(struct world *world)
{
    world->members[KIT_DELEGATE].key_usage = "critical,digitalSignature";
    world->members[KIT_DELEGATE].constraints = "critical,CA:TRUE";
}

static void path_too_long(struct world *world)
{
    world->members[KIT_MIDDLE].constraints = "critical,CA:TRUE,pathlen:0";
}

static void constraints_not_critical(struct world *world)
{
    world->members[KIT_DELEGATE].constraints = "CA:TRUE,pathlen:0";
}

static void unknown_critical(struct world *world)
{
    world->members[KIT_MIDDLE].critical = NID_qcStatements;
}

static void signed_with_sha1(struct world *world)
{
    world->members[KIT_LEAF].sha1 = true;
}

static void malformed_list(struct world *world)
{
    world->members[KIT_LEAF].list_hex = "300680043730394a";
    world->input.number = 0;
}

static void malformed_list_of_issuer(struct world *world)
{
    world->members[KIT_DELEGATE].list_hex = "3000";
}

static void list_not_given(struct world *world)
{
    world->members[KIT_LEAF].by_reference = true;
}

static void issuers_list_not_given(struct world *world)
{
    world->members[KIT_DELEGATE].by_reference = true;
    world->list = LEAF_LIST;
}

static void list_of_another_digest(struct world *world)
{
    world->members[KIT_LEAF].by_reference = true;
    world->list = DELEGATE_LIST;
    world->list_url = kit_list_url(LEAF_LIST);
}

static void malformed_list_by_reference(struct world *world)
{
    world->members[KIT_LEAF].by_reference = true;
    world->members[KIT_LEAF].url = "https://tn.example.org/l/1";
    world->list_hex = "3008a00616043730394a00";
    world->list_url = "https://tn.example.org/l/1";
}

static void list_twice(struct world *world)
{
    world->members[KIT_LEAF].url = "https://tn.example.org/l/1";
}

static void list_over_http(struct world *world)
{
    world->members[KIT_LEAF].by_reference = true;
    world->members[KIT_LEAF].url = "http://tn.example.org/l/1";
}

static void list_url_with_blank(struct world *world)
{
    world->members[KIT_LEAF].by_reference = true;
    world->members[KIT_LEAF].url = "https://tn.example.org/l 1";
}

static void two_references(struct world *world)
{
    world->members[KIT_LEAF].by_reference = true;
    world->members[KIT_LEAF].aia_hex =
        "3048302206082b0601050507300e861668747470733a2f2f746e2e6578616d706c652f6c2f31"
        "302206082b0601050507300e861668747470733a2f2f746e2e6578616d706c652f6c2f32";
}

static void two_accesses(struct world *world)
{
    world->members[KIT_LEAF].by_reference = true;
    world->members[KIT_LEAF].url = "https://tn.example.org/l/1";
    world->members[KIT_LEAF].aia_hex = KIT_AIA;
}

/* id-ad-stirTNList with an rfc822Name. */
static void reference_by_mail(struct world *world)
{
    world->members[KIT_LEAF].by_reference = true;
    world->members[KIT_LEAF].aia_hex = "3011300f06082b0601050507300e8103614062";
}

static void long_url(struct world *world)
{
    static char url[3000];
    snprintf(url, sizeof(url), "https://tn.example.org/%02100d", 0);
    world->members[KIT_LEAF].by_reference = true;
    world->members[KIT_LEAF].url = url;
}

static void unreadable_access(struct world *world)
{
    world->members[KIT_LEAF].by_reference = true;
    world->members[KIT_LEAF].aia_hex = "300105";
}

static void leaf_without_list(struct world *world)
{
    world->members[KIT_LEAF].list = NULL;
    world->input.number = 0;
}

static void delegate_without_list(struct world *world)
{
    world->members[KIT_MIDDLE].list = DELEGATE_LIST;
    world->members[KIT_DELEGATE].list = NULL;
}

static void leaf_beyond(struct world *world)
{
    world->members[KIT_LEAF].list = "TN:12155551212,TN:12155550150+60";
}

static void leaf_with_spc(struct world *world)
{
    world->members[KIT_LEAF].list = LEAF_LIST ",SPC:709J";
}

static void delegate_beyond(struct world *world)
{
    world->members[KIT_MIDDLE].list = "TN:12155550100+100";
}

static void anchor_limits(struct world *world)
{
    world->members[KIT_ROOT].list = "TN:12155550100+100";
    world->members[KIT_MIDDLE].list = DELEGATE_LIST;
}

static void leaf_beyond_by_reference(struct world *world)
{
    world->members[KIT_LEAF].by_reference = true;
    world->members[KIT_LEAF].list = "TN:12155551212,TN:12155550150+60";
    world->list = "TN:12155551212,TN:12155550150+60";
}

static void beyond_the_table(struct world *world)
{
    spc_only_issuer(world);
    use_table(world, "spc,first,last\n709J,12155550100,12155550199\n");
}

static void bad_table(struct world *world)
{
    spc_only_issuer(world);
    use_table(world, "spc,first\n");
}

static void stale_crl(struct world *world)
{
    world->crl.from = -2 * KIT_DAY;
    world->crl.to = 0;
}

static void future_crl(struct world *world)
{
    world->crl.from = 1;
    world->crl.to = KIT_DAY;
}

static void endless_crl(struct world *world)
{
    world->crl.endless = true;
}

static void odd_crl(struct world *world)
{
    world->crl.extension = NID_sbgp_ipAddrBlock;
}

static void delta_crl(struct world *world)
{
    world->crl.extension = NID_delta_crl;
}

static void odd_entry(struct world *world)
{
    world->revoked = KIT_LEAF;
    world->crl.entry_extension = NID_sbgp_ipAddrBlock;
}

static void strange_crl(struct world *world)
{
    world->crl_stranger = true;
}

static void crl_under_the_wrong_anchor(struct world *world)
{
    world->crl_sti_ca = true;
}

static void crl_signer_may_not(struct world *world)
{
    world->crl_of_pa = true;
}

static void no_crl(struct world *world)
{
    world->without_crl = true;
}

static void other_crl_issuer(struct world *world)
{
    world->members[KIT_DELEGATE].crl_issuer = "Somebody else";
}

static void no_crl_issuer(struct world *world)
{
    world->members[KIT_LEAF].crl_issuer = NULL;
}

static void no_point(struct world *world)
{
    world->members[KIT_LEAF].crl_url = NULL;
    world->members[KIT_LEAF].crl_issuer = NULL;
}

static void unreadable_point(struct world *world)
{
    world->members[KIT_LEAF].points_hex = "300105";
    world->input.number = 0;
}

#if OPENSSL_VERSION_MAJOR < 4
static void unreadable_crl_point(struct world *world)
{
    world->crl = (struct kit_crl){.extension = NID_issuing_distribution_point};
}
#endif

static void direct_crl(struct world *world)
{
    world->crl.indirect = false;
}

static void other_crl_url(struct world *world)
{
    world->members[KIT_LEAF].crl_url = "https://pa.example.org/other";
}

static void crl_of_end_entities(struct world *world)
{
    world->crl.only_user = true;
}

static void crl_of_cas(struct world *world)
{
    world->crl.only_ca = true;
}

static void crl_of_some_reasons(struct world *world)
{
    world->crl.some_reasons = true;
}

static void point_of_some_reasons(struct world *world)
{
    world->members[KIT_LEAF].crl_reasons = true;
}

static void revoked_leaf(struct world *world)
{
    world->revoked = KIT_LEAF;
}

static void revoked_delegate(struct world *world)
{
    world->revoked = KIT_DELEGATE;
}

static void revoked_middle(struct world *world)
{
    world->revoked = KIT_MIDDLE;
}

static void ca_signs(struct world *world)
{
    world->asked = KIT_DELEGATE;
    world->members[KIT_DELEGATE].key_usage = "critical,keyCertSign,digitalSignature";
}

static void key_may_not_sign(struct world *world)
{
    world->members[KIT_LEAF].key_usage = "critical,keyAgreement";
}

static void other_curve(struct world *world)
{
    world->members[KIT_LEAF].key = kit.p384;
}

static void other_number(struct world *world)
{
    assert_true(tn_pack("12155550160", 11, &world->input.number, NULL));
}

static void nobody_has_a_list(struct world *world)
{
    world->members[KIT_DELEGATE].list = NULL;
    world->members[KIT_LEAF].list = NULL;
}

static void number_of_an_spc(struct world *world)
{
    spc_only_issuer(world);
    world->members[KIT_LEAF].list = "SPC:709J";
}

static void number_not_in_the_table(struct world *world)
{
    number_of_an_spc(world);
    use_table(world, "spc,first,last\n709J,12155551000,12155551999\n");
}

struct row {
    const char *title;
    void (*change)(struct world *world);
    const char *failed;
    const char *source;
    const char *part;
    const char *sentence; /* a piece of it */
    const char *clause;   /* NULL: not looked at */
};

#define ONE "certificate 1"
#define TWO "certificate 2"
#define THREE "certificate 3"
#define CRL_CLAUSE "RFC 5280 section 6.3.3"

static struct row rows[] = {
    {"the AKI names another key", other_aki, "path-key-ids", "", ONE,
     "\"CN = Leaf\" names the key identifier 0AFF, but its issuer \"CN = Delegate CA\" has 0A03",
     "RFC 9060 section 7"},
    {"no AKI", no_aki, "path-key-ids", "", ONE,
     "\"CN = Leaf\" has no authorityKeyIdentifier with a key identifier", "RFC 9060 section 4"},
    {"no SKI", no_ski, "path-key-ids", "", ONE,
     "the issuer of \"CN = Leaf\", \"CN = Delegate CA\", has no subjectKeyIdentifier, which must "
     "be "
     "0A03",
     "RFC 9060 section 7"},
    {"a certificate is missing", a_gap, "path-key-ids", "", TWO,
     "no certificate that was given has the key identifier 0A02, which \"CN = Delegate CA\" names "
     "as its issuer \"CN = Intermediate\"'s",
     "RFC 9060 section 7"},
    {"a root that is no anchor", root_from_the_chain, "path-key-ids", "", "certificate 4",
     "the path ends at \"CN = Root\", which signs itself and is not one of the anchors",
     "RFC 9060 section 7"},
    {"a signature of the end entity", tampered_leaf, "path-chain", CERT, "",
     "certificate \"CN = Leaf\": certificate signature failure", "RFC 5280 section 6.1"},
    {"a signature above", tampered_delegate, "path-chain", CERT, "",
     "certificate \"CN = Delegate CA\": certificate signature failure", "RFC 5280 section 6.1"},
    {"expired", expired_leaf, "path-chain", CERT, "",
     "is not trusted at 2026-09-21T14:13:20Z: certificate \"CN = Leaf\": certificate has expired",
     "RFC 5280 section 6.1"},
    {"expired above", expired_middle, "path-chain", CERT, "",
     "certificate \"CN = Intermediate\": certificate has expired", "RFC 5280 section 6.1"},
    {"not valid yet", future_leaf, "path-chain", CERT, "",
     "certificate \"CN = Leaf\": certificate is not yet valid", "RFC 5280 section 6.1"},
    {"another issuer name", other_issuer_name, "path-chain", CERT, "",
     "certificate \"CN = Leaf\": unable to get local issuer certificate", "RFC 5280 section 6.1"},
    {"the issuer is no CA", issuer_is_no_ca, "path-chain", CERT, "",
     "certificate \"CN = Delegate CA\": invalid CA certificate", "RFC 5280 section 6.1"},
    {"the issuer may not sign certificates", issuer_may_not_sign, "path-chain", CERT, "",
     "certificate \"CN = Delegate CA\": invalid CA certificate", "RFC 5280 section 6.1"},
    {"pathLenConstraint", path_too_long, "path-chain", CERT, "",
     "certificate \"CN = Intermediate\": path length constraint exceeded", "RFC 5280 section 6.1"},
    {"Basic Constraints not critical", constraints_not_critical, "path-chain", CERT, "",
     "certificate \"CN = Delegate CA\": the Basic Constraints of a CA are not critical",
     "RFC 5280 section 4.2.1.9"},
    {"an unknown critical extension", unknown_critical, "path-chain", CERT, "",
     "certificate \"CN = Intermediate\": unhandled critical extension", "RFC 5280 section 6.1"},
    {"SHA-1", signed_with_sha1, "path-chain", CERT, "",
     "certificate \"CN = Leaf\": CA signature digest algorithm too weak", "RFC 5280 section 6.1"},
    {"a malformed list", malformed_list, "path-lists", CERT, "certificate 1 TNAuthList",
     "tag 0x80 is implicit", "RFC 8226 section 9"},
    {"a malformed list above", malformed_list_of_issuer, "path-lists", "",
     "certificate 2 TNAuthList", "the list is empty", "RFC 8226 section 9"},
    {"a list by reference that is not here", list_not_given, "path-lists", CERT,
     "certificate 1 TNAuthList", "and no list that was given is that one; fetch it",
     "RFC 8226 section 10.1"},
    {"the issuer's list by reference is not here", issuers_list_not_given, "path-lists", "",
     "certificate 2 TNAuthList", "its list is by reference at https://tn.example.org/lists/",
     "RFC 8226 section 10.1"},
    {"another list than the URL's digest", list_of_another_digest, "path-lists", LIST,
     "certificate 1 TNAuthList", "it is another list than the one the certificate names", NULL},
    {"a malformed list by reference", malformed_list_by_reference, "path-lists", LIST,
     "certificate 1 TNAuthList", "", "RFC 8226 section 9"},
    {"by value and by reference", list_twice, "path-lists", CERT, "certificate 1 TNAuthList",
     "it has a TNAuthList by value and one by reference at https://tn.example.org/l/1",
     "RFC 8226 section 10.1"},
    {"a list over http", list_over_http, "path-lists", CERT, "certificate 1 authorityInfoAccess",
     "\"http://tn.example.org/l/1\", which is not an https URL", "RFC 8226 section 10.1"},
    {"a URL that is none", list_url_with_blank, "path-lists", CERT,
     "certificate 1 authorityInfoAccess", "the URL of the list by reference has octet 0x20",
     "RFC 3986 section 2"},
    {"two lists by reference", two_references, "path-lists", CERT,
     "certificate 1 authorityInfoAccess", "the certificate names two lists by reference",
     "RFC 8226 section 10.1"},
    {"two authorityInfoAccess", two_accesses, "path-lists", CERT,
     "certificate 1 authorityInfoAccess", "holds two authorityInfoAccess extensions",
     "RFC 5280 section 4.2"},
    {"a list by reference that is no URL", reference_by_mail, "path-lists", CERT,
     "certificate 1 authorityInfoAccess", "by something else than a URL", "RFC 8226 section 10.1"},
    {"a URL that is too long", long_url, "path-lists", CERT, "certificate 1 authorityInfoAccess",
     "the URL of the list by reference has 2123 octets; at most 2048 are read", NULL},
    {"an unreadable authorityInfoAccess", unreadable_access, "path-lists", CERT,
     "certificate 1 authorityInfoAccess", "authorityInfoAccess cannot be read",
     "RFC 5280 section 4.2.2.1"},
    {"no list below a list", leaf_without_list, "path-delegates", CERT, ONE,
     "\"CN = Leaf\" has no TNAuthList, but its issuer \"CN = Delegate CA\" has one",
     "RFC 9060 section 4"},
    {"a list is missing between two", delegate_without_list, "path-delegates", "", TWO,
     "\"CN = Delegate CA\" has no TNAuthList, but its issuer \"CN = Intermediate\" has one",
     "RFC 9060 section 4"},
    {"numbers beyond the issuer's", leaf_beyond, "path-encompassing", CERT, ONE,
     "its issuer \"CN = Delegate CA\" lacks TN:12155550200-12155550209;", "RFC 9060 section 4"},
    {"an SPC beyond the issuer's", leaf_with_spc, "path-encompassing", CERT, ONE,
     "its issuer \"CN = Delegate CA\" lacks SPC:709J;", "RFC 9060 section 4"},
    {"the issuer beyond its own issuer's", delegate_beyond, "path-encompassing", "", TWO,
     "its issuer \"CN = Intermediate\" lacks TN:12155551212;", "RFC 9060 section 4"},
    {"an anchor with a list limits, too", anchor_limits, "path-encompassing", "", THREE,
     "its issuer \"CN = Root\" lacks TN:12155551212;", "RFC 9060 section 4"},
    {"beyond by reference", leaf_beyond_by_reference, "path-encompassing", CERT, ONE,
     "its issuer \"CN = Delegate CA\" lacks TN:12155550200-12155550209;", "RFC 9060 section 4"},
    {"numbers below an SPC", spc_only_issuer, "path-encompassing", CERT, ONE,
     "it is undecidable whether its issuer \"CN = Delegate CA\" may pass on "
     "TN:12155550150-12155550159, TN:12155551212: an SPC",
     "RFC 9060 section 4.1"},
    {"numbers beyond the table's", beyond_the_table, "path-encompassing", CERT, ONE,
     "its issuer \"CN = Delegate CA\" lacks TN:12155551212;", "RFC 9060 section 4"},
    {"a bad table", bad_table, "path-encompassing", TABLE, ONE,
     "the first line is not: spc,first,last", NULL},
    {"a CRL out of date", stale_crl, "path-crls", "", "CRL", "is out of date", CRL_CLAUSE},
    {"a CRL of the future", future_crl, "path-crls", "", "CRL", "is not valid yet", CRL_CLAUSE},
    {"a CRL without nextUpdate", endless_crl, "path-crls", "", "CRL", "has no nextUpdate",
     "RFC 5280 section 5.1.2.5"},
    {"a CRL with an unknown critical extension", odd_crl, "path-crls", "", "CRL",
     "has a critical extension that is not understood", "RFC 5280 section 5.2"},
    {"a delta CRL", delta_crl, "path-crls", "", "CRL", "is a delta CRL", "RFC 5280 section 5.2.4"},
    {"an entry with an unknown critical extension", odd_entry, "path-crls", "", "CRL",
     "entry 1 of the CRL of \"CN = PA CRL\" has a critical extension", "RFC 5280 section 5.3"},
    {"a CRL of a stranger", strange_crl, "path-crls", "", "CRL",
     "no certificate of the issuer \"CN = PA CRL\" that made the CRL's signature is here",
     CRL_CLAUSE},
    {"the STI-CA's anchor does not vouch for a CRL", crl_under_the_wrong_anchor, "path-crls", "",
     "CRL", "the CRL's signer is not trusted at", CRL_CLAUSE},
    {"the CRL's signer may not sign one", crl_signer_may_not, "path-crls", "", "CRL",
     "the CRL's signer \"CN = PA Signer\" has a keyUsage without cRLSign",
     "RFC 5280 section 4.2.1.3"},
    {"no CRL", no_crl, "path-covered", CERT, ONE,
     "nobody says whether \"CN = Leaf\" is revoked: no CRL of the STI-PA was given",
     "RFC 5280 section 6.3"},
    {"another cRLIssuer", other_crl_issuer, "path-covered", "", TWO,
     "\"CN = PA CRL\" is not the cRLIssuer that it names", CRL_CLAUSE},
    {"no cRLIssuer", no_crl_issuer, "path-covered", CERT, ONE, "it names no cRLIssuer", CRL_CLAUSE},
    {"no distribution point", no_point, "path-covered", CERT, ONE, "it names no cRLIssuer",
     CRL_CLAUSE},
    {"an unreadable extension", unreadable_point, "path-key-ids", "", ONE,
     "an extension of \"CN = Leaf\" cannot be read", "RFC 5280 section 4.2"},
#if OPENSSL_VERSION_MAJOR < 4 /* which does not read such a CRL at all */
    {"an unreadable distribution point of the CRL", unreadable_crl_point, "path-covered", CERT, ONE,
     "the distribution point of the CRL of \"CN = PA CRL\", or its own, cannot be read",
     "RFC 5280 section 5.2.5"},
#endif
    {"a CRL that is not indirect", direct_crl, "path-covered", CERT, ONE,
     "does not say that it is about other issuers' certificates", CRL_CLAUSE},
    {"another URL of the CRL", other_crl_url, "path-covered", CERT, ONE,
     "has no name in common with the certificate's", CRL_CLAUSE},
    {"a CRL about end entities alone", crl_of_end_entities, "path-covered", "", TWO,
     "is about other kinds of certificates", CRL_CLAUSE},
    {"a CRL about CAs alone", crl_of_cas, "path-covered", CERT, ONE,
     "is about other kinds of certificates", CRL_CLAUSE},
    {"a CRL about some reasons alone", crl_of_some_reasons, "path-covered", CERT, ONE,
     "is about some reasons alone", CRL_CLAUSE},
    {"a distribution point for some reasons", point_of_some_reasons, "path-covered", CERT, ONE,
     "is about some reasons alone", CRL_CLAUSE},
    {"the end entity is revoked", revoked_leaf, "path-not-revoked", CERT, ONE,
     "\"CN = Leaf\" was revoked by the CRL of \"CN = PA CRL\"", CRL_CLAUSE},
    {"its issuer is revoked", revoked_delegate, "path-not-revoked", "", TWO,
     "\"CN = Delegate CA\" was revoked", CRL_CLAUSE},
    {"the intermediate is revoked", revoked_middle, "path-not-revoked", "", THREE,
     "\"CN = Intermediate\" was revoked", CRL_CLAUSE},
    {"a CA signs for a number", ca_signs, "tn-end-entity", CERT, "",
     "the certificate is a CA's, and only end entities sign PASSporTs", "RFC 9060 section 4"},
    {"a key that may not sign", key_may_not_sign, "tn-key-usage", CERT, "",
     "has a keyUsage without digitalSignature", "RFC 5280 section 4.2.1.3"},
    {"another curve", other_curve, "tn-key", CERT, "", "the certificate's key is not EC P-256",
     "RFC 8226 section 4"},
    {"another number", other_number, "tn-scope", CERT, ONE, "TN 12155550160 is not in its list",
     "RFC 8226 section 9"},
    {"a number, and no list", nobody_has_a_list, "tn-scope", CERT, ONE,
     "the certificate has no TNAuthList, so no number is in it", "RFC 8226 section 9"},
    {"a number, and an SPC", number_of_an_spc, "tn-scope", CERT, ONE,
     "TN 12155550155 is undecidable", "RFC 8226 section 9"},
    {"a number that the table does not have", number_not_in_the_table, "tn-scope", CERT, ONE,
     "TN 12155550155 is not in its list, and not its SPC's in the table", "RFC 8226 section 9"},
};
#define ROWS (sizeof(rows) / sizeof(*rows))

/* This check failed, all others passed or had nothing to ask, and those say why. */
static void check_states(const struct row *row, const struct checks *checks)
{
    for (size_t i = 0; i < checks->count; i++) {
        const struct check *check = &checks->list[i];
        bool wanted = strcmp(check->name, row->failed) == 0;
        if ((check->state == CHECK_FAILED) != wanted)
            fail_msg("%s: %s is %s: %s", row->title, check->name, check_state_name(check->state),
                     check->reason.sentence);
        if (check->state == CHECK_NOT_APPLICABLE)
            assert_true(strlen(check->reason.sentence) > 0);
    }
}

static void breaks_one_check_alone(void **state)
{
    const struct row *row = *state;
    struct world world;
    make_good(&world);
    row->change(&world);
    run(&world);
    check_states(row, &world.checks);
    assert_int_equal(world.checks.failed, 1);
    const struct check *failure = checks_first_failure(&world.checks);
    kit_check_error(&failure->reason, STI_REFUSED, row->part, row->sentence, row->clause);
    assert_string_equal(failure->reason.source, row->source);
    assert_int_not_equal(path_verdict(&world.path, &world.checks), TNSET_YES);
    end(&world);
}

/* A check that no change breaks would be one that nobody has tried. */
static void every_check_is_broken_by_a_row(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    passes(&world);
    for (size_t i = 0; i < world.checks.count; i++) {
        bool broken = false;
        for (size_t k = 0; k < ROWS; k++)
            broken = broken || strcmp(rows[k].failed, world.checks.list[i].name) == 0;
        if (!broken)
            fail_msg("no row breaks %s", world.checks.list[i].name);
    }
    end(&world);
}

/* ---- places, and several failures ---- */

static void names_the_entry_that_is_beyond(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    leaf_beyond(&world);
    run(&world);
    const struct sti_error *reason = &find(&world, "path-encompassing")->reason;
    assert_int_equal(reason->entry, 2);
    assert_int_equal(reason->offset, 17);
    end(&world);
}

static void reports_every_failure(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    expired_leaf(&world);
    leaf_beyond(&world);
    revoked_delegate(&world);
    other_number(&world);
    assert_true(tn_pack("12155559999", 11, &world.input.number, NULL));
    run(&world);
    static const char *const failed[] = {"path-chain", "path-encompassing", "path-not-revoked",
                                         "tn-scope"};
    assert_int_equal(world.checks.failed, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(find(&world, failed[i])->state, CHECK_FAILED);
    end(&world);
    make_good(&world);
    no_aki(&world);
    run(&world);
    assert_null(world.path.certificates);
    not_asked(&world, "path-chain", "not asked, because path-key-ids has not passed");
    not_asked(&world, "path-covered", "not asked, because path-key-ids has not passed");
    not_asked(&world, "tn-scope", "not asked, because path-lists has not passed");
    end(&world);
}

/* ---- rigid, and without an end ---- */

/* Of two with the key identifier, the one with the issuer's name is taken (a renewed CA). */
static void a_name_goes_before_an_order(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    make_certificates(&world);
    struct kit_member other = world.members[KIT_DELEGATE];
    other.name = "Another CA";
    X509 *twin = kit_member(&other, kit.keys[KIT_DELEGATE], world.certificates[KIT_MIDDLE],
                            kit.keys[KIT_MIDDLE]);
    make_stacks(&world);
    sk_X509_unshift(world.input.chain, twin);
    world.input.policy.accept_uncovered = true;
    path_examine(&world.input, &world.path, &world.checks);
    assert_int_equal(world.checks.failed, 0);
    end(&world);
    X509_free(twin);
}

/* Two that name each other, and a path longer than any real one. */
static void a_path_without_an_end_is_refused(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    world.members[KIT_MIDDLE].aki = "0a03";
    run(&world);
    kit_check_error(&find(&world, "path-key-ids")->reason, STI_REFUSED, "certificate 3",
                    "names the key identifier 0A03, but its issuer \"CN = Root\" has 0A01", NULL);
    end(&world);
    make_good(&world);
    make_certificates(&world);
    make_stacks(&world);
    X509 *many[PATH_MAX_CERTIFICATES];
    X509 *above = world.certificates[KIT_MIDDLE];
    char ski[PATH_MAX_CERTIFICATES][5];
    for (int i = 0; i < PATH_MAX_CERTIFICATES; i++) {
        struct kit_member member = world.members[KIT_MIDDLE];
        snprintf(ski[i], sizeof(ski[i]), "0b%02x", i);
        member.ski = ski[i];
        member.aki = i == 0 ? "0a02" : ski[i - 1];
        many[i] = kit_member(&member, kit.keys[KIT_MIDDLE], above, kit.keys[KIT_MIDDLE]);
        sk_X509_push(world.input.chain, many[i]);
        above = many[i];
    }
    world.input.certificate = above;
    path_examine(&world.input, &world.path, &world.checks);
    kit_check_error(&find(&world, "path-key-ids")->reason, STI_REFUSED, "certificate 16",
                    "the path has more than 16 certificates", NULL);
    for (int i = 0; i < PATH_MAX_CERTIFICATES; i++)
        X509_free(many[i]);
    end(&world);
}

static const struct CMUnitTest others[] = {
    cmocka_unit_test(passes_every_check_rfc9060),
    cmocka_unit_test(the_order_of_the_chain_does_not_count),
    cmocka_unit_test(an_issuer_without_a_list_sets_no_limit),
    cmocka_unit_test(a_ca_and_an_anchor_can_be_judged),
    cmocka_unit_test(lists_by_reference_rfc9060_section_4_1),
    cmocka_unit_test(an_spc_goes_down_by_its_name),
    cmocka_unit_test(a_policy_settles_what_is_undecidable_rfc9060_section_4_1),
    cmocka_unit_test(what_is_wrong_outweighs_what_is_undecidable),
    cmocka_unit_test(a_table_settles_what_an_spc_stands_for),
    cmocka_unit_test(a_policy_accepts_what_a_number_leaves_open),
    cmocka_unit_test(a_policy_does_without_a_crl),
    cmocka_unit_test(a_policy_takes_a_crl_that_is_out_of_date),
    cmocka_unit_test(distribution_points_rfc5280_section_6_3_3),
    cmocka_unit_test(a_key_without_usage_may_sign),
    cmocka_unit_test(everything_must_be_valid_at_the_time_asked),
    cmocka_unit_test(every_check_is_broken_by_a_row),
    cmocka_unit_test(names_the_entry_that_is_beyond),
    cmocka_unit_test(reports_every_failure),
    cmocka_unit_test(a_name_goes_before_an_order),
    cmocka_unit_test(a_path_without_an_end_is_refused),
};
#define OTHERS (sizeof(others) / sizeof(*others))

int main(void)
{
    struct CMUnitTest tests[OTHERS + ROWS];
    memcpy(tests, others, sizeof(others));
    for (size_t i = 0; i < ROWS; i++)
        tests[OTHERS + i] = (struct CMUnitTest){
            .name = rows[i].title, .test_func = breaks_one_check_alone, .initial_state = &rows[i]};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
