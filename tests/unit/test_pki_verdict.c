/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The negative matrix: one good request passes every check, and each change to it breaks the check
 * it is meant for and no other (RFC 9448 section 6, RFC 8226, RFC 8555 section 11.1). Every check
 * that there is must be broken by one change at least.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/core_names.h>
#include <openssl/err.h>

#include "base64url.h"
#include "test_path_kit.h"
#include "test_pki_kit.h"
#include "test_token_kit.h"
#include "verdict.h"

#define SUBJECT "C=US/O=Example/CN=SHAKEN 709J"
#define LIST "SPC:709J,TN:12155550100+100,TN:12155551212"
#define CSR "request.csr"
#define TOKEN "token.jwt"
#define BESIDE "list.der"
#define ISSUER "intermediate.pem"

static struct kit kit; /* the STI-PA */
static EVP_PKEY *account_key;
static EVP_PKEY *other_account_key;
static EVP_PKEY *csr_key;
static EVP_PKEY *p384_key;
static EVP_PKEY *explicit_key;   /* on P-256, but with the curve written out */
static EVP_PKEY *compressed_key; /* on P-256, but with x alone */
static EVP_PKEY *hybrid_key;     /* on P-256, as long as usual, but with another first octet */
static EVP_PKEY *stranger_key;
static X509 *stranger;              /* nobody vouches for it */
static struct weak_keys *weak_keys; /* some key, and weak_key */
static EVP_PKEY *weak_key;
static X509 *silent; /* vouched for, but its keyUsage does not let it sign */

/* The CAs that would sign: their lists, and what Basic Constraints say of paths. */
static struct issuer {
    const char *list; /* NULL: none */
    const char *constraints;
    struct path_scope scope;
} wide = {"SPC:709J,SPC:1234,SPC:709j,TN:12155550000+10000", "critical,CA:TRUE", {0}},
  numbers_alone = {"TN:12155550100+100,TN:12155551212", "critical,CA:TRUE", {0}},
  spc_alone = {"SPC:709J", "critical,CA:TRUE", {0}}, without_list = {NULL, "critical,CA:TRUE", {0}},
  no_path = {"SPC:709J,TN:12155550000+10000", "critical,CA:TRUE,pathlen:0", {0}};
static struct issuer *const issuers[] = {&wide, &numbers_alone, &spc_alone, &without_list,
                                         &no_path};
#define ISSUERS (sizeof(issuers) / sizeof(*issuers))

/* Profiles, as far as the verdict looks at them. */
static const struct profile any = {.name = "any", .issuer = PROFILE_ANY};
static const struct profile base = {.name = "base", .issuer = PROFILE_NO_LIST};
static const struct profile one_spc = {.name = "one-spc", .issuer = PROFILE_ANY, .one_spc = true};
static const struct profile delegate = {.name = "delegate", .issuer = PROFILE_LISTED};
static const struct profile ca = {.name = "ca", .issuer = PROFILE_ANY, .ca = true};

/* One request: what the token says, what the CSR asks, and how the two are judged. */
struct world {
    /* the header */
    const char *alg;
    const char *typ;
    const char *header_more; /* members, with a comma before them */
    const char *x5u;         /* NULL: none */
    X509 *x5c;               /* NULL: none */
    EVP_PKEY *token_key;
    bool unsigned_token;
    size_t padding; /* octets of a member that nobody reads */
    /* the payload */
    const char *payload; /* in place of all below */
    long exp;
    const char *jti;
    const char *payload_more;
    const char *tktype;
    const char *allowed; /* the list's text */
    const char *tkvalue; /* in place of the list */
    const char *fingerprint;
    bool spki; /* the fingerprint is that of the SPKI */
    const char *ca;
    const char *beside; /* the text of a list that comes beside the CSR; NULL: none */
    /* the trust */
    struct kit_crl crl;
    struct token_trust trust;
    /* the CSR */
    struct kit_request request;
    EVP_PKEY *key;
    const char *flip; /* octets in the CSR's DER, the last of which gets another bit; or NULL */
    bool flip_last;   /* the same for the CSR's last octet */

    struct verdict_input input;
    struct tnauthlist list; /* `beside` */
    struct checks checks;
};

/* A key on P-256 that is written in another way than usual. */
static EVP_PKEY *make_odd(const char *parameter, const char *value)
{
    EVP_PKEY *key = kit_ec("P-256");
    assert_int_equal(EVP_PKEY_set_utf8_string_param(key, parameter, value), 1);
    return key;
}

/* A list of two digests; the second is weak_key's. */
static void make_weak_keys(void)
{
    unsigned char digest[TOKEN_FINGERPRINT_OCTETS];
    char text[300];
    weak_key = kit_ec("P-256");
    assert_true(token_fingerprint_spki(weak_key, digest, NULL));
    int used = snprintf(text, sizeof(text), "; known\n%064d # zero\n", 0);
    for (size_t i = 0; i < sizeof(digest); i++)
        used += snprintf(text + used, sizeof(text) - (size_t)used, "%02X", digest[i]);
    weak_keys = weak_keys_read(text, (size_t)used, NULL);
    assert_non_null(weak_keys);
}

static void make_issuer(struct issuer *issuer)
{
    const struct kit_member member = {.name = "Issuer",
                                      .constraints = issuer->constraints,
                                      .key_usage = "critical,keyCertSign",
                                      .list = issuer->list};
    struct sti_error err;
    X509 *certificate = kit_member(&member, stranger_key, NULL, stranger_key);
    if (!path_scope_read(&issuer->scope, certificate, NULL, 0, &err))
        fail_msg("%s", err.sentence);
    assert_int_equal(issuer->scope.has_list, issuer->list != NULL);
}

static int set_up(void **state)
{
    (void)state;
    static const struct kit_profile strange = {.name = "Stranger",
                                               .key_usage = "critical,digitalSignature"};
    static const struct kit_profile mute = {.name = "Mute", .key_usage = "critical,keyAgreement"};
    kit_make(&kit);
    make_weak_keys();
    account_key = kit_ec("P-256");
    other_account_key = kit_ec("P-256");
    csr_key = kit_ec("P-256");
    p384_key = kit_ec("P-384");
    explicit_key = make_odd(OSSL_PKEY_PARAM_EC_ENCODING, "explicit");
    compressed_key = make_odd(OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed");
    hybrid_key = make_odd(OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "hybrid");
    stranger_key = kit_ec("P-256");
    stranger = kit_certificate(&strange, stranger_key, NULL, stranger_key);
    for (size_t i = 0; i < ISSUERS; i++)
        make_issuer(issuers[i]);
    silent = kit_certificate(&mute, stranger_key, kit.middle, kit.middle_key);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    EVP_PKEY *const keys[] = {account_key, other_account_key, csr_key,
                              p384_key,    explicit_key,      compressed_key,
                              hybrid_key,  stranger_key,      weak_key};
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
        EVP_PKEY_free(keys[i]);
    for (size_t i = 0; i < ISSUERS; i++) {
        X509 *certificate = issuers[i]->scope.certificate;
        path_scope_free(&issuers[i]->scope);
        X509_free(certificate);
    }
    X509_free(stranger);
    X509_free(silent);
    weak_keys_free(weak_keys);
    kit_free(&kit);
    return 0;
}

/* A request that every check passes. */
static void make_good(struct world *world)
{
    memset(world, 0, sizeof(*world));
    world->alg = "ES256";
    world->typ = "JWT";
    world->header_more = "";
    world->x5u = KIT_URL;
    world->x5c = kit.signer;
    world->token_key = kit.signer_key;
    world->exp = KIT_NOW + 3600;
    world->jti = "id1";
    world->payload_more = "";
    world->tktype = "TNAuthList";
    world->allowed = LIST;
    world->ca = "false";
    world->trust = kit.trust;
    world->request.subject = SUBJECT;
    world->request.list = LIST;
    world->key = csr_key;
    world->input = (struct verdict_input){
        .csr_name = CSR,
        .token_name = TOKEN,
        .account_key = account_key,
        .end_entity = true,
        .profile = &any,
        .issuer = &wide.scope,
        .issuer_name = ISSUER,
        .record = {.last_entry = KIT_NOW - 1},
        .weak_keys = weak_keys,
        .now = KIT_NOW,
        .policy = {.validity = 90 * KIT_DAY, .second_holder = SECOND_HOLDER_REFUSE},
    };
}

/* ---- from the world to octets ---- */

#define TEXT_ROOM 200000

static const char *header_of(const struct world *world)
{
    static char text[TEXT_ROOM];
    int used = snprintf(text, sizeof(text), "{\"alg\":\"%s\",\"typ\":\"%s\"%s", world->alg,
                        world->typ, world->header_more);
    if (world->x5u != NULL)
        used += snprintf(text + used, sizeof(text) - (size_t)used, ",\"x5u\":\"%s\"", world->x5u);
    if (world->x5c != NULL) {
        char *x5c = kit_x5c(world->x5c);
        used += snprintf(text + used, sizeof(text) - (size_t)used, ",\"x5c\":[\"%s\"]", x5c);
        free(x5c);
    }
    if (world->padding > 0)
        used += snprintf(text + used, sizeof(text) - (size_t)used, ",\"x\":\"%0*d\"",
                         (int)world->padding, 0);
    snprintf(text + used, sizeof(text) - (size_t)used, "}");
    return text;
}

static char *tkvalue_of(const struct world *world)
{
    if (world->tkvalue != NULL)
        return strdup(world->tkvalue);
    struct tnauthlist list;
    kit_list(world->allowed, &list);
    char *text = base64url_encode(list.der, list.der_length, NULL);
    kit_list_free(&list);
    return text;
}

static const char *payload_of(const struct world *world)
{
    static char text[TEXT_ROOM];
    unsigned char octets[TOKEN_FINGERPRINT_OCTETS];
    char fingerprint[TOKEN_FINGERPRINT_TEXT + 1];
    if (world->payload != NULL)
        return world->payload;
    assert_true(world->spki ? token_fingerprint_spki(account_key, octets, NULL)
                            : token_fingerprint_of(account_key, octets, NULL));
    token_fingerprint_text(octets, fingerprint);
    char *tkvalue = tkvalue_of(world);
    snprintf(text, sizeof(text),
             "{\"exp\":%ld,\"jti\":\"%s\"%s,\"atc\":{\"tktype\":\"%s\",\"tkvalue\":\"%s\",\"ca\":"
             "%s,\"fingerprint\":\"%s\"}}",
             world->exp, world->jti, world->payload_more, world->tktype, tkvalue, world->ca,
             world->fingerprint == NULL ? fingerprint : world->fingerprint);
    free(tkvalue);
    return text;
}

static void examine(struct world *world)
{
    char *jws = world->unsigned_token
                    ? kit_jws_with(header_of(world), payload_of(world), NULL, 0)
                    : kit_jws(header_of(world), payload_of(world), world->token_key);
    world->trust.crls = sk_X509_CRL_new_null();
    sk_X509_CRL_push(world->trust.crls, kit_crl(&world->crl, kit.middle, kit.middle_key));
    world->input.claim = token_examine(jws, strlen(jws), &world->trust, &world->checks);
    sk_X509_CRL_pop_free(world->trust.crls, X509_CRL_free);
    free(jws);
}

static void flip(const struct world *world, struct kit_octets *der)
{
    if (world->flip_last)
        der->octets[der->length - 1] ^= 1;
    if (world->flip == NULL)
        return;
    unsigned char *found = memmem(der->octets, der->length, world->flip, strlen(world->flip));
    assert_non_null(found);
    found[strlen(world->flip) - 1] ^= 1;
}

/* Makes token and CSR from what the world says, and judges them. Free with end(). */
static void run(struct world *world)
{
    struct kit_octets der;
    X509_REQ *request = kit_request(&world->request, world->key);
    kit_request_der(request, &der);
    flip(world, &der);
    struct csr *csr = csr_read(der.octets, der.length, NULL);
    assert_non_null(csr);
    world->input.csr = csr;
    if (world->beside != NULL) {
        kit_list(world->beside, &world->list);
        world->input.list = world->list.der;
        world->input.list_length = world->list.der_length;
        world->input.list_name = BESIDE;
    }
    examine(world);
    verdict_run(&world->input, &world->checks);
    assert_int_equal(ERR_peek_error(), 0);
    kit_octets_free(&der);
    X509_REQ_free(request);
}

static void end(struct world *world)
{
    csr_free((struct csr *)(uintptr_t)world->input.csr);
    if (world->beside != NULL)
        kit_list_free(&world->list);
    token_claim_free((struct token_claim *)(uintptr_t)world->input.claim);
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
    assert_int_equal(world->checks.failed, 0);
}

/* What the policies have accepted, all in one text. */
static void assert_accepted(const struct world *world, const char *expected)
{
    char *text = NULL;
    assert_true(checks_accepted(&world->checks, &text));
    if (expected == NULL)
        assert_null(text);
    else
        assert_string_equal(text, expected);
    free(text);
}

/* ---- the good request ---- */

static void passes_every_check_rfc9448_section_6(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    passes(&world);
    assert_int_equal(world.checks.count, 37);
    for (size_t i = 0; i < world.checks.count; i++) {
        const struct check *check = &world.checks.list[i];
        assert_true(strlen(check->title) > 0);
        assert_true(strlen(check->clause) > 0);
        assert_int_equal(check->state, CHECK_PASSED);
        assert_int_equal(check->reason.code, STI_OK);
    }
    assert_string_equal(find(&world, "token-alg")->found, "ES256");
    assert_string_equal(find(&world, "token-signer")->found, "CN = PA Signer");
    assert_string_equal(find(&world, "lists")->found,
                        "SPC:709J, TN:12155550100-12155550199, TN:12155551212");
    assert_string_equal(find(&world, "token-unused")->found, "id1, used for 0");
    assert_string_equal(find(&world, "token-unused")->wanted, "at most 1 certificate a token");
    assert_string_equal(find(&world, "clock")->found,
                        "2026-09-21T14:13:20Z by this machine's clock");
    assert_string_equal(find(&world, "validity")->found, "to 2026-09-21T15:13:20Z, as the token");
    assert_accepted(&world, NULL);
    end(&world);
}

static void second_holder(struct world *world)
{
    world->input.policy.second_holder = SECOND_HOLDER_REFUSE;
    world->input.record.second_serial = "0123ABCD";
    world->input.record.second_holder = "CN=SHAKEN 1234, C=US";
    assert_true(tn_pack("12155550100", 11, &world->input.record.second_number, NULL));
}

/* No standard forbids a second holder of a number: it is the CA's to say. */
static void a_second_holder_is_accepted_unless_the_policy_says_otherwise(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    second_holder(&world);
    world.input.policy.second_holder = SECOND_HOLDER_ACCEPT;
    passes(&world);
    assert_string_equal(find(&world, "second-holder")->reason.sentence,
                        "a number may have several holders (second_holder = accept)");
    assert_accepted(&world, NULL);
    end(&world);
    make_good(&world);
    second_holder(&world);
    world.input.policy.second_holder = SECOND_HOLDER_WARN;
    passes(&world);
    assert_accepted(&world, "second-holder: TN:12155550100 is also in another holder's certificate "
                            "0123ABCD (second_holder = warn)");
    end(&world);
    make_good(&world);
    world.input.policy.second_holder = SECOND_HOLDER_REFUSE;
    world.input.record.second_serial = "";
    passes(&world);
    assert_int_equal(find(&world, "second-holder")->state, CHECK_PASSED);
    end(&world);
}

/* A verdict without a ledger, a clock, a list of weak keys and a validity asks what it can. */
static void what_is_not_given_is_not_asked(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    world.input.record = (struct verdict_record){.key_serial = ""};
    world.input.weak_keys = NULL;
    world.input.now = 0;
    world.input.policy.validity = 0;
    passes(&world);
    assert_string_equal(find(&world, "csr-key-strong")->reason.sentence,
                        "no list of weak keys was given (weak_keys)");
    assert_string_equal(find(&world, "validity")->reason.sentence, "no validity was given");
    assert_string_equal(find(&world, "clock")->wanted,
                        "not before the ledger's last entry, of which there is none");
    end(&world);
}

/* Absent and FALSE Basic Constraints ask the same; cA TRUE goes with a token that says so. */
static void accepts_a_ca_that_the_token_allows_rfc9448_section_6_step_9(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    world.request.extensions[0] = (struct kit_asked){KIT_OID_BASIC_CONSTRAINTS, "3000"};
    passes(&world);
    end(&world);
    make_good(&world);
    world.request.extensions[0] = (struct kit_asked){KIT_OID_BASIC_CONSTRAINTS, "30030101ff"};
    world.ca = "true";
    world.input.end_entity = false;
    world.input.profile = &ca;
    passes(&world);
    assert_accepted(&world, "ca: a CA certificate, by the profile ca");
    end(&world);
}

/* Without a profile and an issuer there is nothing to ask of them. */
static void asks_nothing_without_profile_and_issuer(void **state)
{
    (void)state;
    static const char *const names[] = {"profile-list", "issuer", "encompassed", "issuer-path"};
    struct world world;
    make_good(&world);
    world.input.profile = NULL;
    world.input.issuer = NULL;
    passes(&world);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        assert_int_equal(find(&world, names[i])->state, CHECK_NOT_APPLICABLE);
    end(&world);
    make_good(&world);
    world.input.profile = &base;
    world.input.issuer = &without_list.scope;
    passes(&world);
    assert_string_equal(find(&world, "encompassed")->reason.sentence,
                        "the issuer has no TNAuthList, which sets no limit");
    end(&world);
}

/* An SPC may stand for numbers: neither yes nor no, until a policy or a table says so. */
static void settles_what_is_undecidable_rfc9060_section_4_1(void **state)
{
    (void)state;
    static const char table[] = "spc,first,last\n709J,12155550100,12155550199\n709J,12155551212,\n";
    struct world world;
    make_good(&world);
    world.input.profile = &delegate;
    world.input.issuer = &spc_alone.scope;
    world.input.policy.accept_undecidable = true;
    passes(&world);
    assert_accepted(&world, "encompassed: numbers that the issuer's SPC may stand for (undecidable "
                            "= accept)");
    end(&world);
    make_good(&world);
    world.input.profile = &delegate;
    world.input.issuer = &spc_alone.scope;
    world.input.policy.spc_numbers = table;
    world.input.policy.spc_numbers_length = strlen(table);
    passes(&world);
    assert_accepted(&world, "encompassed: numbers that the table gives to the issuer's SPC "
                            "(spc_numbers)");
    end(&world);
}

/* A CSR that would be too large has its list beside it, and goes by reference. */
static void accepts_a_list_beside_the_csr(void **state)
{
    (void)state;
    static const char *const in_csr[] = {NULL, LIST};
    for (size_t i = 0; i < 2; i++) {
        struct world world;
        make_good(&world);
        world.request.list = in_csr[i];
        world.beside = LIST;
        passes(&world);
        end(&world);
    }
}

/* x5u and x5c are each enough; the other one has nothing to ask then. */
static void takes_x5u_or_x5c_rfc9448_section_6_steps_2_and_3(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    world.x5c = NULL;
    passes(&world);
    assert_int_equal(find(&world, "token-x5c")->state, CHECK_NOT_APPLICABLE);
    assert_string_equal(find(&world, "token-x5c")->reason.sentence, "the header has no x5c");
    end(&world);
    make_good(&world);
    world.x5u = NULL;
    world.x5c = kit.middle; /* whose issuer is an anchor */
    world.token_key = kit.middle_key;
    run(&world);
    assert_int_equal(find(&world, "token-x5u")->state, CHECK_NOT_APPLICABLE);
    assert_string_equal(find(&world, "token-x5u")->reason.sentence, "the header has no x5u");
    assert_int_equal(find(&world, "token-chain")->state, CHECK_PASSED);
    end(&world);
}

/* ---- policies ---- */

static void lists_by_meaning_rfc9448_section_6_step_6(void **state)
{
    (void)state;
    static const struct {
        const char *wanted;
        const char *allowed;
        enum list_policy least; /* ... that accepts them, in the order der, equal, subset */
    } cases[] = {
        {LIST, LIST, LIST_EQUAL_DER},
        {"TN:12155551212,SPC:709J,TN:12155550100+100", LIST, LIST_EQUAL},
        {"SPC:709J,TN:12155550100,TN:12155550101+99,TN:12155551212", LIST, LIST_EQUAL},
        {"SPC:709J,TN:12155550100+50,TN:12155550120+80,TN:12155551212", LIST, LIST_EQUAL},
        {"SPC:709J", LIST, LIST_SUBSET},
        {"SPC:709J,TN:12155550150", LIST, LIST_SUBSET},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        static const enum list_policy order[] = {LIST_EQUAL_DER, LIST_EQUAL, LIST_SUBSET};
        bool accepted = false;
        for (size_t k = 0; k < 3; k++) {
            struct world world;
            make_good(&world);
            world.request.list = cases[i].wanted;
            world.allowed = cases[i].allowed;
            world.input.policy.lists = order[k];
            accepted = accepted || order[k] == cases[i].least;
            run(&world);
            assert_int_equal(world.checks.failed, accepted ? 0 : 1);
            assert_int_equal(find(&world, "lists")->state, accepted ? CHECK_PASSED : CHECK_FAILED);
            /* Only what no other policy would have taken is worth a note. */
            assert_accepted(&world, accepted && cases[i].least == LIST_SUBSET
                                        ? "lists: less than the token allows (lists = subset)"
                                        : NULL);
            end(&world);
        }
    }
}

/* Which numbers an SPC has is known from a table alone, and counts for a subset. */
static void a_table_settles_what_an_spc_stands_for(void **state)
{
    (void)state;
    static const char table[] = "spc,first,last\n709J,12155550100,12155550199\n";
    struct world world;
    make_good(&world);
    world.request.subject = "C=US/O=Example/CN=Numbers";
    world.request.list = "TN:12155550150+10";
    world.allowed = "SPC:709J";
    world.input.policy.lists = LIST_SUBSET;
    world.input.policy.spc_numbers = table;
    world.input.policy.spc_numbers_length = strlen(table);
    world.input.policy.spc_numbers_name = "numbers.csv";
    passes(&world);
    end(&world);
    /* An SPC is never asked for on the strength of numbers. */
    make_good(&world);
    world.request.list = "SPC:709J";
    world.allowed = "TN:12155550100+100";
    world.input.policy.lists = LIST_SUBSET;
    world.input.policy.spc_numbers = table;
    world.input.policy.spc_numbers_length = strlen(table);
    run(&world);
    assert_int_equal(find(&world, "lists")->state, CHECK_FAILED);
    end(&world);
}

static void names_the_policies(void **state)
{
    (void)state;
    enum list_policy policy;
    assert_true(list_policy_of_name("equal", &policy) && policy == LIST_EQUAL);
    assert_true(list_policy_of_name("equal-der", &policy) && policy == LIST_EQUAL_DER);
    assert_true(list_policy_of_name("subset", &policy) && policy == LIST_SUBSET);
    assert_false(list_policy_of_name("Equal", &policy));
    assert_string_equal(list_policy_name(LIST_SUBSET), "subset");
}

/* What deployed clients send, only where the policy accepts it; and it is noted. */
static void the_spki_form_of_the_fingerprint_by_policy(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    world.spki = true;
    world.input.policy.spki_fingerprint = true;
    passes(&world);
    assert_string_equal(find(&world, "account-key")->found,
                        "the SHA-256 of the key's SPKI, which the policy accepts");
    assert_accepted(&world,
                    "account-key: the SHA-256 of the account key's SPKI (fingerprint = spki)");
    end(&world);
    make_good(&world);
    world.input.policy.spki_fingerprint = true; /* the normative form is accepted as ever */
    passes(&world);
    assert_accepted(&world, NULL);
    end(&world);
}

static void padded_base64_by_policy(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    world.request.list = "SPC:709J";
    world.tkvalue = "MAigBhYENzA5Sg==";
    world.trust.padded_base64 = true;
    passes(&world);
    assert_string_equal(find(&world, "token-tkvalue")->found,
                        "10 octets, in base64 with padding, which the policy accepts");
    assert_accepted(&world, "token-tkvalue: base64 with padding (token_base64 = padded)");
    end(&world);
}

static void several_certificates_a_token_by_policy_rfc9447_section_3_3(void **state)
{
    (void)state;
    static const struct {
        int64_t limit;
        int64_t uses;
        bool accepted;
        const char *note;
    } cases[] = {
        {0, 0, true, NULL},
        {0, 1, false, NULL},
        {1, 1, false, NULL},
        {3, 0, true, NULL},
        {3, 2, true, "token-unused: certificate 3 of at most 3 for this token (token_uses = 3)"},
        {3, 3, false, NULL},
        {3, 4, false, NULL},
        {-1, 0, true, NULL},
        {-1, 1000, true, "token-unused: certificate 1001 for this token (token_uses = until-exp)"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct world world;
        make_good(&world);
        world.input.policy.token_uses = cases[i].limit;
        world.input.record.token_uses = cases[i].uses;
        world.input.record.token_serial = "0123ABCD";
        run(&world);
        assert_int_equal(world.checks.failed, cases[i].accepted ? 0 : 1);
        assert_accepted(&world, cases[i].note);
        end(&world);
    }
}

static void a_date_behind_the_ledger_is_confirmed_by_a_person(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    world.input.record.last_entry = KIT_NOW + 86400;
    world.input.date_confirmed = "2026-09-21";
    passes(&world);
    assert_accepted(&world, "clock: 2026-09-21T14:13:20Z, behind the ledger's last entry of "
                            "2026-09-22T14:13:20Z, confirmed by a person");
    end(&world);
    make_good(&world);
    world.input.date_confirmed = "2026-09-21"; /* what need not be confirmed may be */
    passes(&world);
    assert_accepted(&world, NULL);
    end(&world);
    make_good(&world);
    world.input.record.last_entry = KIT_NOW; /* in the same second */
    passes(&world);
    end(&world);
    make_good(&world);
    world.input.record.last_entry = KIT_NOW + 60;
    world.input.policy.clock_skew = 60;
    passes(&world);
    end(&world);
}

/* The clocks of the STI-PA and of this machine may differ by what the policy says, and no more. */
static void a_token_within_the_clock_skew(void **state)
{
    (void)state;
    static const struct {
        long exp;
        const char *nbf;
        bool accepted;
        bool noted;
    } cases[] = {
        {KIT_NOW + 1, "", true, false},
        {KIT_NOW, "", true, true},
        {KIT_NOW - 59, "", true, true},
        {KIT_NOW - 60, "", false, false},
        {KIT_NOW + 9, ",\"nbf\":1790000000", true, false},
        {KIT_NOW + 9, ",\"nbf\":1790000060", true, true},
        {KIT_NOW + 9, ",\"nbf\":1790000061", false, false},
        {KIT_NOW + 9, ",\"nbf\":9223372036854775807", false, false},
        {KIT_NOW, ",\"nbf\":1790000061", false, false},
        {LONG_MIN, "", false, false},
        {LONG_MAX, ",\"nbf\":-9223372036854775807", true, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct world world;
        make_good(&world);
        world.exp = cases[i].exp;
        world.payload_more = cases[i].nbf;
        world.trust.skew = 60;
        world.input.policy.validity = 0;
        run(&world);
        assert_int_equal(world.checks.failed, cases[i].accepted ? 0 : 1);
        assert_int_equal(find(&world, "token-times")->accepted[0] != '\0', cases[i].noted);
        assert_accepted(&world, cases[i].noted
                                    ? "token-times: valid but for 60 seconds that clocks may "
                                      "differ (clock_skew)"
                                    : NULL);
        end(&world);
    }
}

static void a_certificate_may_outlive_its_token_by_policy_rfc9447_section_7(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    world.input.policy.outlive_token = true;
    passes(&world);
    assert_string_equal(find(&world, "validity")->found, "to 2026-12-20T14:13:19Z, its own days");
    assert_accepted(&world, "validity: longer than the token, which ends 2026-09-21T15:13:20Z "
                            "(outlive_token = yes)");
    end(&world);
    make_good(&world);
    world.input.policy.outlive_token = true;
    world.exp = KIT_NOW + 91 * KIT_DAY;
    passes(&world);
    assert_accepted(&world, NULL);
    end(&world);
    const struct verdict_policy days = {.validity = 100};
    assert_int_equal(verdict_end(&days, 1000, 500), 599);
    assert_int_equal(verdict_end(&days, 599, 500), 599);
    assert_int_equal(verdict_end(&days, 550, 500), 550);
}

static void notes_all_that_was_accepted(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    world.spki = true;
    world.input.policy.spki_fingerprint = true;
    world.request.list = "SPC:709J";
    world.input.policy.lists = LIST_SUBSET;
    passes(&world);
    assert_accepted(&world, "account-key: the SHA-256 of the account key's SPKI (fingerprint = "
                            "spki); lists: less than the token allows (lists = subset)");
    end(&world);
}

/* ---- one change each: the token ---- */

static void too_large(struct world *world)
{
    world->padding = TOKEN_USUAL_OCTETS;
}

static void rs256(struct world *world)
{
    world->alg = "RS256";
}

static void other_typ(struct world *world)
{
    world->typ = "passport";
}

static void with_crit(struct world *world)
{
    world->header_more = ",\"crit\":[\"exp\"]";
}

static void x5u_http(struct world *world)
{
    world->x5u = "http://pa.example.org/signer.pem";
}

static void x5u_unknown(struct world *world)
{
    world->x5u = "https://pa.example.org/other.pem";
}

static void x5c_empty(struct world *world)
{
    world->x5c = NULL;
    world->header_more = ",\"x5c\":[]";
}

static void no_signer(struct world *world)
{
    world->x5u = NULL;
    world->x5c = NULL;
}

static void two_signers(struct world *world)
{
    world->x5c = kit.middle;
}

static void untrusted(struct world *world)
{
    world->x5u = NULL;
    world->x5c = stranger;
    world->token_key = stranger_key;
}

static void may_not_sign(struct world *world)
{
    world->x5u = KIT_URL;
    world->x5c = NULL;
    world->token_key = stranger_key;
    X509_up_ref(kit.signer); /* back in the next line of the test: see restore() */
    X509_up_ref(silent);
    kit_replace_signer(&kit, silent);
}

static void revoked(struct world *world)
{
    world->crl.revoked = kit.signer;
}

static void wrong_key(struct world *world)
{
    world->token_key = stranger_key;
}

static void not_signed(struct world *world)
{
    world->unsigned_token = true;
}

static void no_json(struct world *world)
{
    world->payload = "{\"exp\":1,\"exp\":2}";
}

static void with_aud(struct world *world)
{
    world->payload_more = ",\"aud\":\"somebody\"";
}

static void expired(struct world *world)
{
    world->exp = KIT_NOW;
}

static void not_yet(struct world *world)
{
    world->payload_more = ",\"nbf\":1790000001";
}

static void empty_jti(struct world *world)
{
    world->jti = "";
}

static void ca_in_quotes(struct world *world)
{
    world->ca = "\"false\"";
}

static void other_tktype(struct world *world)
{
    world->tktype = "TnAuthList";
}

static void padded(struct world *world)
{
    world->request.list = "SPC:709J";
    world->tkvalue = "MAigBhYENzA5Sg==";
}

static void no_fingerprint(struct world *world)
{
    world->fingerprint = "SHA256 00:11";
}

/* ---- one change each: the token against the request ---- */

static void token_used(struct world *world)
{
    world->input.record.token_uses = 1;
    world->input.record.token_serial = "0123ABCD";
}

static void token_used_up(struct world *world)
{
    world->input.policy.token_uses = 3;
    world->input.record.token_uses = 3;
    world->input.record.token_serial = "0123ABCD";
}

static void other_account(struct world *world)
{
    world->input.account_key = other_account_key;
}

static void other_fingerprint(struct world *world)
{
    world->fingerprint = KIT_FINGERPRINT;
}

static void spki_fingerprint(struct world *world)
{
    world->spki = true;
}

static void p384_account(struct world *world)
{
    world->input.account_key = p384_key;
}

/* ---- one change each: the CSR ---- */

static void flipped_signature(struct world *world)
{
    world->flip_last = true;
}

static void flipped_subject(struct world *world)
{
    world->flip = "Example";
}

static void p384_csr(struct world *world)
{
    world->key = p384_key;
}

static void explicit_csr(struct world *world)
{
    world->key = explicit_key;
}

static void compressed_csr(struct world *world)
{
    world->key = compressed_key;
}

static void hybrid_csr(struct world *world)
{
    world->key = hybrid_key;
}

static void csr_with_account_key(struct world *world)
{
    world->key = account_key;
}

static void key_of_another(struct world *world)
{
    world->input.record.key_serial = "0123ABCD";
}

static void known_weak_key(struct world *world)
{
    world->key = weak_key;
}

static void no_list(struct world *world)
{
    world->request.list = NULL;
}

static void two_lists(struct world *world)
{
    world->request.extensions[0] = (struct kit_asked){TNAUTHLIST_OID, "3008a00616043730394a"};
}

static void implicit_tag(struct world *world)
{
    world->request.list = NULL;
    world->request.extensions[0] = (struct kit_asked){TNAUTHLIST_OID, "300680043730394a"};
}

static void unknown_elements(struct world *world)
{
    world->request.list = NULL;
    world->request.extensions[0] =
        (struct kit_asked){TNAUTHLIST_OID, "300ea10c300a16033130300201050500"};
}

static void list_by_reference(struct world *world)
{
    world->request.list = NULL;
    world->request.extensions[0] = (struct kit_asked){KIT_OID_AIA, KIT_AIA};
}

static void other_list_beside(struct world *world)
{
    world->beside = "SPC:709J";
}

static void malformed_beside(struct world *world)
{
    world->request.extensions[0] = (struct kit_asked){TNAUTHLIST_OID, "3008a00616043730394a"};
    world->beside = LIST;
}

static void larger_beside(struct world *world)
{
    world->request.list = NULL;
    world->beside = LIST ",TN:12155551213";
}

static void csr_larger(struct world *world)
{
    world->request.list = LIST ",TN:12155551213";
}

static void csr_smaller(struct world *world)
{
    world->request.list = "SPC:709J,TN:12155550100+100";
}

static void csr_other_order(struct world *world)
{
    world->request.list = "SPC:709J,TN:12155551212,TN:12155550100+100";
    world->input.policy.lists = LIST_EQUAL_DER;
}

static void subset_csr_larger(struct world *world)
{
    world->request.list = "SPC:709J,TN:12155550150+100";
    world->input.policy.lists = LIST_SUBSET;
}

static void numbers_for_an_spc(struct world *world)
{
    world->request.subject = "C=US/O=Example/CN=Numbers";
    world->request.list = "TN:12155550100+100,TN:12155551212";
    world->allowed = "SPC:709J";
    world->input.policy.lists = LIST_SUBSET;
}

static void numbers_beyond_the_table(struct world *world)
{
    static const char table[] = "spc,first,last\n709J,12155550100,12155550198\n";
    numbers_for_an_spc(world);
    world->request.list = "TN:12155550100+100";
    world->input.policy.spc_numbers = table;
    world->input.policy.spc_numbers_length = strlen(table);
}

static void a_bad_table(struct world *world)
{
    static const char table[] = "spc,first,last\n709J\n";
    numbers_beyond_the_table(world);
    world->input.policy.spc_numbers = table;
    world->input.policy.spc_numbers_length = strlen(table);
    world->input.policy.spc_numbers_name = "numbers.csv";
}

static void an_spc_for_numbers(struct world *world)
{
    world->request.list = "SPC:709J";
    world->allowed = "TN:12155550100+100";
    world->input.policy.lists = LIST_SUBSET;
}

static void csr_with_more(struct world *world)
{
    world->request.extensions[0] = (struct kit_asked){"2.5.29.37", "300a06082b06010505070301"};
}

static void csr_with_key_usage(struct world *world)
{
    world->request.extensions[0] = (struct kit_asked){"2.5.29.15", "030205a0"};
}

static void csr_with_both_lists(struct world *world)
{
    world->request.extensions[0] = (struct kit_asked){KIT_OID_AIA, KIT_AIA};
}

static void csr_longer_range(struct world *world)
{
    world->request.list = "SPC:709J,TN:12155550100+101,TN:12155551212";
}

static void csr_other_spc(struct world *world)
{
    world->request.subject = "C=US/O=Example/CN=SHAKEN 1234";
    world->request.list = "SPC:1234";
    world->allowed = "SPC:709J";
}

static void csr_wants_ca_true(struct world *world)
{
    world->request.extensions[0] = (struct kit_asked){KIT_OID_BASIC_CONSTRAINTS, "30030101ff"};
}

static void token_says_ca(struct world *world)
{
    world->ca = "true";
}

static void token_says_ca_csr_says_not(struct world *world)
{
    world->ca = "true";
    world->request.extensions[0] = (struct kit_asked){KIT_OID_BASIC_CONSTRAINTS, "3000"};
}

static void both_want_ca(struct world *world)
{
    csr_wants_ca_true(world);
    world->ca = "true";
}

static void neither_wants_a_ca(struct world *world)
{
    world->input.end_entity = false;
    world->input.profile = &ca;
}

/* A CA that CSR, token and profile agree on. */
static void want_ca(struct world *world)
{
    both_want_ca(world);
    neither_wants_a_ca(world);
}

static void ca_with_a_key_usage(struct world *world)
{
    want_ca(world);
    world->request.extensions[1] = (struct kit_asked){"2.5.29.15", "03020780"};
}

static void ca_without_shaken(struct world *world)
{
    want_ca(world);
    world->request.subject = "C=US/O=Example/CN=Example CA";
}

static void ca_where_no_path_goes(struct world *world)
{
    want_ca(world);
    world->input.issuer = &no_path.scope;
}

static void more_than_one_spc(struct world *world)
{
    world->input.profile = &one_spc;
}

static void one_odd_spc(struct world *world)
{
    more_than_one_spc(world);
    world->request.list = world->allowed = "SPC:709j";
    world->request.subject = "C=US/O=Example/CN=SHAKEN 709j";
}

static void delegate_of_nobody(struct world *world)
{
    world->input.profile = &delegate;
    world->input.issuer = &without_list.scope;
}

static void no_delegate_of_a_delegating_ca(struct world *world)
{
    world->input.profile = &base;
}

static void beyond_the_issuer(struct world *world)
{
    world->input.issuer = &numbers_alone.scope;
}

/* Accepting what is undecidable does not accept what is not so. */
static void beyond_the_issuer_accepting(struct world *world)
{
    beyond_the_issuer(world);
    world->input.policy.accept_undecidable = true;
}

static void undecidable(struct world *world)
{
    world->input.issuer = &spc_alone.scope;
}

static void undecidable_beside(struct world *world)
{
    undecidable(world);
    world->request.list = NULL;
    world->beside = LIST;
}

static void beyond_the_issuers_table(struct world *world)
{
    static const char table[] = "spc,first,last\n709J,12155550100,12155550199\n";
    undecidable(world);
    world->input.policy.spc_numbers = table;
    world->input.policy.spc_numbers_length = strlen(table);
    world->input.policy.spc_numbers_name = "numbers.csv";
}

static void unreadable_constraints(struct world *world)
{
    world->request.extensions[0] = (struct kit_asked){KIT_OID_BASIC_CONSTRAINTS, "0500"};
}

static void no_organization(struct world *world)
{
    world->request.subject = "C=US/CN=SHAKEN 709J";
}

static void other_common_name(struct world *world)
{
    world->request.subject = "C=US/O=Example/CN=SHAKEN 1234";
}

/* ---- one change each: the time ---- */

static void clock_behind(struct world *world)
{
    world->input.record.last_entry = KIT_NOW + 1;
}

static void clock_behind_the_skew(struct world *world)
{
    world->input.record.last_entry = KIT_NOW + 61;
    world->input.policy.clock_skew = 60;
}

static void other_date_confirmed(struct world *world)
{
    world->input.record.last_entry = KIT_NOW + 86400;
    world->input.date_confirmed = "2026-09-22";
}

static void no_date_confirmed(struct world *world)
{
    world->input.date_confirmed = "2026-09-2";
}

static void ends_before_it_begins(struct world *world)
{
    world->trust.skew = 60;
    world->exp = KIT_NOW;
}

struct row {
    const char *title;
    void (*change)(struct world *world);
    const char *failed; /* which check */
    const char *source;
    const char *part;
    const char *sentence;
    const char *clause;
};

#define STEP(n) "RFC 9448 section 6 step " #n
#define STEPS "RFC 9448 section 6"

static struct row rows[] = {
    {"a token that is too large", too_large, "token-form", TOKEN, "token", "at most 16384 are read",
     NULL},
    {"another algorithm", rs256, "token-alg", TOKEN, "header alg", "only ES256 is accepted",
     "RFC 8725 section 3.1"},
    {"another typ", other_typ, "token-typ", TOKEN, "header typ", "typ is \"passport\"",
     "RFC 9448 section 5"},
    {"a critical extension", with_crit, "token-typ", TOKEN, "header crit", "none is understood",
     "RFC 7515 section 4.1.11"},
    {"x5u without https", x5u_http, "token-x5u", TOKEN, "header x5u", "is not an https URL", STEPS},
    {"an unknown x5u", x5u_unknown, "token-x5u", TOKEN, "header x5u", "x5u is not in the table",
     NULL},
    {"an empty x5c", x5c_empty, "token-x5c", TOKEN, "header x5c", "x5c is empty",
     "RFC 7515 section 4.1.6"},
    {"neither x5u nor x5c", no_signer, "token-signer", TOKEN, "header",
     "nothing identifies the signer", STEPS},
    {"x5u and x5c that differ", two_signers, "token-signer", TOKEN, "header x5c",
     "there can be one signer", STEPS},
    {"a signer nobody vouches for", untrusted, "token-chain", TOKEN, "signer",
     "the signer is not trusted", STEPS},
    {"a signer that may not sign", may_not_sign, "token-signer-key", TOKEN, "signer",
     "a keyUsage without digitalSignature", "RFC 5280 section 4.2.1.3"},
    {"a revoked signer", revoked, "token-not-revoked", TOKEN, "signer", "was revoked by the CRL",
     "RFC 5280 section 6.3.3"},
    {"a signature by another key", wrong_key, "token-signature", TOKEN, "signature",
     "the signature does not fit", "RFC 7515 section 5.2"},
    {"no signature", not_signed, "token-signature", TOKEN, "signature", "is empty",
     "RFC 7515 section 7.1"},
    {"a member twice", no_json, "token-payload", TOKEN, "payload", "unique members",
     "RFC 7519 section 4"},
    {"an audience", with_aud, "token-aud", TOKEN, "claim aud", "meant for somebody",
     "RFC 7519 section 4.1.3"},
    {"an expired token", expired, "token-times", TOKEN, "claim exp", "the token expired at",
     "RFC 9447 section 4"},
    {"a token for later", not_yet, "token-times", TOKEN, "claim nbf", "is not valid before",
     "RFC 7519 section 4.1.5"},
    {"an empty id", empty_jti, "token-id", TOKEN, "claim jti", "jti is empty",
     "RFC 9448 section 5.3"},
    {"ca in quotes", ca_in_quotes, "token-atc", TOKEN, "claim atc.ca", "without quotes",
     "RFC 9448 section 5.4"},
    {"another tktype", other_tktype, "token-tktype", TOKEN, "claim atc.tktype",
     "it must be \"TNAuthList\"", "RFC 9448 section 5.4"},
    {"base64 with padding", padded, "token-tkvalue", TOKEN, "claim atc.tkvalue",
     "token_base64 = padded", "RFC 9448 section 5.4"},
    {"half a fingerprint", no_fingerprint, "token-fingerprint", TOKEN, "claim atc.fingerprint",
     "is not a fingerprint", "RFC 9448 section 5.4"},
    {"the token was used", token_used, "token-unused", TOKEN, "claim jti",
     "the token id \"id1\" was already used for certificate 0123ABCD", "RFC 9447 section 4"},
    {"the token was used up", token_used_up, "token-unused", TOKEN, "claim jti",
     "was already used for 3 certificates, the last one 0123ABCD, and this CA issues 3 a token",
     "RFC 9447 section 4"},
    {"another account key", other_account, "account-key", TOKEN, "claim atc.fingerprint",
     "the token is bound to another account key: it says SHA256 ", STEP(8)},
    {"another fingerprint", other_fingerprint, "account-key", TOKEN, "claim atc.fingerprint",
     "the token is bound to another account key: it says SHA256 A0:A2", STEP(8)},
    {"the fingerprint of the SPKI", spki_fingerprint, "account-key", TOKEN, "claim atc.fingerprint",
     "the policy can accept that (fingerprint = spki)", STEP(8)},
    {"an account key on P-384", p384_account, "account-key", "account key", NULL, "P-256", NULL},
    {"a flipped bit in the signature", flipped_signature, "csr-signature", CSR, "",
     "the CSR's signature does not verify", "RFC 2986 section 4.2"},
    {"a flipped bit in the subject", flipped_subject, "csr-signature", CSR, "",
     "the CSR's signature does not verify", "RFC 2986 section 4.2"},
    {"a CSR key on P-384", p384_csr, "csr-key", CSR, "",
     "the CSR's key is not EC on the named curve P-256", "RFC 8226 section 4"},
    {"a CSR key on a curve without a name", explicit_csr, "csr-key", CSR, "",
     "the CSR's key spells its curve out instead of naming P-256", "RFC 5480 section 2.1.1"},
    {"a CSR key as a compressed point", compressed_csr, "csr-key", CSR, "",
     "the CSR's key is a compressed point", "RFC 5480 section 2.2"},
    {"a CSR key as a hybrid point", hybrid_csr, "csr-key", CSR, "",
     "the CSR's key is a compressed point", "RFC 5480 section 2.2"},
    {"the account key in the CSR", csr_with_account_key, "separate-keys", CSR, "",
     "the CSR's key is the account key", "RFC 8555 section 11.1"},
    {"a key that another holder has had", key_of_another, "csr-key-unseen", CSR, "",
     "the CSR's key was seen under serial 0123ABCD for another holder (another account key or "
     "another subject); make a new key",
     NULL},
    {"a key that is known to be weak", known_weak_key, "csr-key-strong", CSR, "",
     "the CSR's key is on the list of known weak keys", NULL},
    {"an extension outside the profile", csr_with_more, "csr-extensions", CSR, "",
     "the CSR asks for the extension X509v3 Extended Key Usage, which no certificate of this CA "
     "has",
     "ATIS-1000080 section 6.4.1"},
    {"a key usage outside the profile", csr_with_key_usage, "csr-extensions", CSR, "",
     "a key usage other than digitalSignature alone", "ATIS-1000080 section 6.4.1"},
    {"a list by value and by reference", csr_with_both_lists, "csr-extensions", CSR, "",
     "the CSR asks for the extension Authority Information Access", "ATIS-1000080 section 6.4.1"},
    {"no list in the CSR", no_list, "csr-list", CSR, "TNAuthList", "the CSR holds no TNAuthList",
     "RFC 8226 section 9"},
    {"two lists in the CSR", two_lists, "csr-list", CSR, "TNAuthList",
     "the CSR holds two TNAuthList extensions", "RFC 5280 section 4.2"},
    {"an implicit tag in the CSR's list", implicit_tag, "csr-list", CSR, "TNAuthList", NULL,
     "RFC 8226 section 9"},
    {"an unknown element behind a count", unknown_elements, "csr-list", CSR, "TNAuthList",
     "the range has unknown elements behind its count", "RFC 8226 section 9"},
    {"a list by reference in the CSR", list_by_reference, "csr-list", CSR, "TNAuthList",
     "by reference at " KIT_AIA_URL, "RFC 8226 section 10.1"},
    {"another list beside the CSR's", other_list_beside, "csr-list", CSR, "TNAuthList",
     "the CSR's TNAuthList is not the list that came with it", "RFC 8226 section 9"},
    {"a bad list in the CSR, a good one beside it", malformed_beside, "csr-list", CSR, "TNAuthList",
     "the CSR holds two TNAuthList extensions", "RFC 5280 section 4.2"},
    {"a list beside the CSR that goes too far", larger_beside, "lists", BESIDE, "TNAuthList",
     "TN:12155551213 is asked for, and the token lacks TN:12155551213", STEP(6)},
    {"the CSR asks for more", csr_larger, "lists", CSR, "TNAuthList",
     "TN:12155551213 is asked for, and the token lacks TN:12155551213; it should have said "
     "SPC:709J, TN:12155550100-12155550199, TN:12155551212, TN:12155551213 (its SPC does not stand "
     "for numbers)",
     STEP(6)},
    {"the CSR asks for less", csr_smaller, "lists", CSR, "TNAuthList",
     "the token also has TN:12155551212, which is not asked for", STEP(6)},
    {"the CSR has another order", csr_other_order, "lists", CSR, "TNAuthList",
     "the CSR has TN:12155551212 where the token has TN:12155550100-12155550199", STEP(6)},
    {"the CSR has a longer range", csr_longer_range, "lists", CSR, "TNAuthList",
     "TN:12155550100-12155550200 is asked for, and the token lacks TN:12155550200; it should",
     STEP(6)},
    {"the CSR goes beyond the token", subset_csr_larger, "lists", CSR, "TNAuthList",
     "TN:12155550150-12155550249 is asked for, and the token lacks "
     "TN:12155550200-12155550249; it should have said SPC:709J, TN:12155550150-12155550249",
     STEP(6)},
    {"numbers where the token has an SPC", numbers_for_an_spc, "lists", CSR, "TNAuthList",
     "and the token lacks TN:12155550100-12155550199, TN:12155551212; it should have said "
     "TN:12155550100-12155550199, TN:12155551212 (its SPC does not stand for numbers)",
     STEP(6)},
    {"numbers beyond the table's", numbers_beyond_the_table, "lists", CSR, "TNAuthList",
     "TN:12155550100-12155550199 is asked for, and the token lacks TN:12155550199; it should have "
     "said TN:12155550100-12155550199 (they are not its SPC's in the table either)",
     STEP(6)},
    {"a bad table", a_bad_table, "lists", "numbers.csv", NULL, "a line has three fields", NULL},
    {"an SPC where the token has numbers", an_spc_for_numbers, "lists", CSR, "TNAuthList",
     "SPC:709J is asked for, and the token lacks SPC:709J; it should have said SPC:709J", STEP(6)},
    {"another SPC", csr_other_spc, "lists", CSR, "TNAuthList",
     "SPC:1234 is asked for, and the token lacks SPC:1234; it should have said SPC:1234", STEP(6)},
    {"CSR cA TRUE, token false", csr_wants_ca_true, "ca", CSR, "Basic Constraints",
     "the CSR asks for cA TRUE, but the token says ca false", STEP(9)},
    {"CSR without cA, token true", token_says_ca, "ca", CSR, "Basic Constraints",
     "the CSR asks for cA FALSE, but the token says ca true", STEP(9)},
    {"CSR cA FALSE, token true", token_says_ca_csr_says_not, "ca", CSR, "Basic Constraints",
     "the CSR asks for cA FALSE, but the token says ca true", STEP(9)},
    {"both TRUE, for an end entity", both_want_ca, "ca", CSR, "Basic Constraints",
     "the CSR asks for a CA certificate, and the profile any makes end entities; take delegate-ca",
     STEP(9)},
    {"both FALSE, for a CA", neither_wants_a_ca, "ca", CSR, "Basic Constraints",
     "the CSR asks for an end-entity certificate, and the profile ca makes CAs; take another one",
     STEP(9)},
    {"a CA that asks for another key usage", ca_with_a_key_usage, "csr-extensions", CSR, "",
     "a key usage other than keyCertSign alone", "ATIS-1000080 section 6.4.1"},
    {"a CA without SHAKEN in its name", ca_without_shaken, "subject", CSR, "",
     "CN of a CA has the word SHAKEN, \"Example CA\" has not", "ATIS-1000080 section 6.4.1"},
    {"a CA below a CA that can have none", ca_where_no_path_goes, "issuer-path", ISSUER, "",
     "the issuer \"CN = Issuer\" has pathLenConstraint 0, so no CA can stand below it; it needs a "
     "certificate with a larger path_length",
     "RFC 5280 section 4.2.1.9"},
    {"numbers where the profile has one SPC", more_than_one_spc, "profile-list", CSR, "TNAuthList",
     "the list is not exactly one SPC of digits and capital letters, which the profile one-spc "
     "wants; take tn-level",
     "ATIS-1000080 section 6.4.1"},
    {"an SPC with a small letter", one_odd_spc, "profile-list", CSR, "TNAuthList",
     "the list is not exactly one SPC of digits and capital letters", "ATIS-1000080 section 6.4.1"},
    {"a delegate of a CA without a list", delegate_of_nobody, "issuer", ISSUER, "",
     "the issuer \"CN = Issuer\" has no TNAuthList, and the issuer of a delegate has one; take "
     "another profile than delegate",
     "RFC 9060 section 4"},
    {"no delegate, of a CA with a list", no_delegate_of_a_delegating_ca, "issuer", ISSUER, "",
     "the issuer \"CN = Issuer\" has a TNAuthList, so all that it issues are delegates, and the "
     "profile base makes none; take the profile delegate",
     "RFC 9060 section 4"},
    {"an SPC that the issuer has not", beyond_the_issuer, "encompassed", CSR, "TNAuthList",
     "its issuer \"CN = Issuer\" lacks SPC:709J; a delegate's list must be equal to its issuer's "
     "or "
     "a part of it",
     "RFC 9060 section 4"},
    {"an SPC that the issuer has not, with the policy", beyond_the_issuer_accepting, "encompassed",
     CSR, "TNAuthList", "lacks SPC:709J", "RFC 9060 section 4"},
    {"numbers that the issuer's SPC may stand for", undecidable, "encompassed", CSR, "TNAuthList",
     "it is undecidable whether its issuer \"CN = Issuer\" may pass on "
     "TN:12155550100-12155550199, TN:12155551212",
     "RFC 9060 section 4.1"},
    {"such numbers in a list beside the CSR", undecidable_beside, "encompassed", BESIDE,
     "TNAuthList", "(undecidable = accept)", "RFC 9060 section 4.1"},
    {"a number that is not the issuer's by the table", beyond_the_issuers_table, "encompassed", CSR,
     "TNAuthList", "lacks TN:12155551212", "RFC 9060 section 4"},
    {"unreadable Basic Constraints", unreadable_constraints, "ca", CSR, "",
     "the CSR's Basic Constraints cannot be read", "RFC 5280 section 4.2.1.9"},
    {"no O in the subject", no_organization, "subject", CSR, "", "the subject has no O",
     "ATIS-1000080 section 6.4.1"},
    {"another SPC in the subject", other_common_name, "subject", CSR, "", "it is \"SHAKEN 709J\"",
     "ATIS-1000080 section 6.4.1"},
    {"a number that another holder has", second_holder, "second-holder", CSR, "",
     "TN:12155550100 is in certificate 0123ABCD of CN=SHAKEN 1234, C=US, which is live and another "
     "holder's, and this CA gives a number to one holder (second_holder = refuse); revoke that "
     "certificate first, or take the number out of the request",
     NULL},
    {"a clock behind the ledger", clock_behind, "clock", "", "",
     "this machine's clock says 2026-09-21T14:13:20Z, which is behind the ledger's last entry of "
     "2026-09-21T14:13:21Z; set the clock, or confirm the date: --date-confirmed 2026-09-21",
     NULL},
    {"a clock that is behind by more than the skew", clock_behind_the_skew, "clock", "", "",
     "which is behind the ledger's last entry of 2026-09-21T14:14:21Z", NULL},
    {"another date was confirmed", other_date_confirmed, "clock", "", "",
     "the date that was confirmed is 2026-09-22, but this machine's clock says "
     "2026-09-21T14:13:20Z; one of the two is wrong",
     NULL},
    {"half a date was confirmed", no_date_confirmed, "clock", "", "",
     "the date that was confirmed is 2026-09-2, but", NULL},
    {"a certificate that would end before it begins", ends_before_it_begins, "validity", TOKEN,
     "claim exp",
     "the certificate would end with its token, at 2026-09-21T14:13:20Z, and it is "
     "2026-09-21T14:13:20Z; ask the STI-PA for a new token",
     "RFC 9447 section 7"},
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
    X509 *signer = kit.signer;
    struct world world;
    make_good(&world);
    row->change(&world);
    run(&world);
    if (kit.signer != signer)
        kit_replace_signer(&kit, signer); /* may_not_sign() has put another one there */
    check_states(row, &world.checks);
    assert_int_equal(world.checks.failed, 1);
    const struct check *failure = checks_first_failure(&world.checks);
    assert_string_equal(failure->name, row->failed);
    kit_check_error(&failure->reason, STI_REFUSED, row->part, row->sentence, row->clause);
    assert_string_equal(failure->reason.source, row->source);
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

/* ---- places and several failures ---- */

static void names_the_entry_that_differs_rfc9448_section_6_step_6(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    csr_other_order(&world);
    run(&world);
    const struct sti_error *reason = &find(&world, "lists")->reason;
    assert_int_equal(reason->entry, 2);
    assert_int_equal(reason->offset, 10); /* behind the SPC's 8 octets and the header's 2 */
    end(&world);
    make_good(&world);
    csr_longer_range(&world);
    run(&world);
    reason = &find(&world, "lists")->reason;
    assert_int_equal(reason->entry, 2);
    assert_int_equal(reason->offset, 10);
    end(&world);
    make_good(&world);
    csr_smaller(&world); /* the CSR has no entry there */
    run(&world);
    reason = &find(&world, "lists")->reason;
    assert_int_equal(reason->entry, 0);
    assert_int_equal(reason->offset, STI_NOWHERE);
    end(&world);
}

/* Sentences keep their size, however long the lists are. */
static void cuts_long_lists(void **state)
{
    (void)state;
    char text[20000];
    int used = snprintf(text, sizeof(text), "SPC:709J");
    for (int i = 0; i < 500; i++)
        used += snprintf(text + used, sizeof(text) - (size_t)used, ",TN:1215%07d", 2 * i);
    struct world world;
    make_good(&world);
    world.request.list = text;
    run(&world);
    const struct check *check = find(&world, "lists");
    assert_int_equal(check->state, CHECK_FAILED);
    assert_non_null(strstr(check->reason.sentence, "and the token lacks TN:12150000000, "));
    assert_non_null(strstr(check->reason.sentence, " more; it should have said SPC:709J, TN:"));
    assert_non_null(strstr(check->found, " more"));
    end(&world);
}

/* A refused token does not hide what is wrong with the CSR. */
static void reports_every_failure(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    wrong_key(&world);
    p384_csr(&world);
    flipped_signature(&world);
    no_list(&world);
    run(&world);
    static const char *const failed[] = {"token-signature", "csr-signature", "csr-key", "csr-list"};
    assert_int_equal(world.checks.failed, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(find(&world, failed[i])->state, CHECK_FAILED);
    assert_null(world.input.claim); /* nothing of it is believed */
    assert_string_equal(find(&world, "token-times")->reason.sentence,
                        "not asked, because token-payload has not passed");
    assert_string_equal(find(&world, "lists")->reason.sentence,
                        "not asked, because token-tkvalue has not passed");
    assert_string_equal(checks_first_failure(&world.checks)->name, "token-signature");
    end(&world);
}

/* What is wrong with one claim does not hide another, once the signature is proven. */
static void reports_every_claim(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    expired(&world);
    empty_jti(&world);
    other_account(&world);
    run(&world);
    assert_int_equal(world.checks.failed, 3);
    assert_non_null(world.input.claim);
    assert_int_equal(find(&world, "token-unused")->state, CHECK_NOT_APPLICABLE);
    assert_int_equal(find(&world, "lists")->state, CHECK_PASSED);
    end(&world);
}

static void names_the_states(void **state)
{
    (void)state;
    assert_string_equal(check_state_name(CHECK_PASSED), "passed");
    assert_string_equal(check_state_name(CHECK_FAILED), "failed");
    assert_string_equal(check_state_name(CHECK_NOT_APPLICABLE), "not applicable");
}

static const struct CMUnitTest others[] = {
    cmocka_unit_test(passes_every_check_rfc9448_section_6),
    cmocka_unit_test(what_is_not_given_is_not_asked),
    cmocka_unit_test(a_second_holder_is_accepted_unless_the_policy_says_otherwise),
    cmocka_unit_test(accepts_a_ca_that_the_token_allows_rfc9448_section_6_step_9),
    cmocka_unit_test(asks_nothing_without_profile_and_issuer),
    cmocka_unit_test(settles_what_is_undecidable_rfc9060_section_4_1),
    cmocka_unit_test(accepts_a_list_beside_the_csr),
    cmocka_unit_test(takes_x5u_or_x5c_rfc9448_section_6_steps_2_and_3),
    cmocka_unit_test(lists_by_meaning_rfc9448_section_6_step_6),
    cmocka_unit_test(a_table_settles_what_an_spc_stands_for),
    cmocka_unit_test(names_the_policies),
    cmocka_unit_test(the_spki_form_of_the_fingerprint_by_policy),
    cmocka_unit_test(padded_base64_by_policy),
    cmocka_unit_test(several_certificates_a_token_by_policy_rfc9447_section_3_3),
    cmocka_unit_test(a_date_behind_the_ledger_is_confirmed_by_a_person),
    cmocka_unit_test(a_token_within_the_clock_skew),
    cmocka_unit_test(a_certificate_may_outlive_its_token_by_policy_rfc9447_section_7),
    cmocka_unit_test(notes_all_that_was_accepted),
    cmocka_unit_test(every_check_is_broken_by_a_row),
    cmocka_unit_test(names_the_entry_that_differs_rfc9448_section_6_step_6),
    cmocka_unit_test(cuts_long_lists),
    cmocka_unit_test(reports_every_failure),
    cmocka_unit_test(reports_every_claim),
    cmocka_unit_test(names_the_states),
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
