/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lints between the to-be-signed octets and the ledger, before and behind the signature. What
 * came back from the HSM has the octets that were linted before, so that its lints fail only when
 * something else is wrong; here the linker gives the tests a lint_run() that fails when told to.
 */
#include "test_ledger.h"

#include <openssl/x509.h>

#include "ledger_internal.h"
#include "mint.h"
#include "test_mint_kit.h"
#include "test_pki_kit.h"
#include "test_token_kit.h"

#define ID "e_atis_version_ca"

/* The pass over all lints at which ID fails; 0: none. */
static int fail_at;
static int passes;

enum lint_status __real_lint_run(const struct lint *lint, const struct lint_subject *subject,
                                 const struct lint_waivers *waivers, struct lint_detail *detail);
enum lint_status __wrap_lint_run(const struct lint *lint, const struct lint_subject *subject,
                                 const struct lint_waivers *waivers, struct lint_detail *detail);

enum lint_status __wrap_lint_run(const struct lint *lint, const struct lint_subject *subject,
                                 const struct lint_waivers *waivers, struct lint_detail *detail)
{
    if (strcmp(lint->id, ID) == 0 && ++passes == fail_at) {
        snprintf(detail->text, sizeof(detail->text), "told to");
        return LINT_FAIL;
    }
    return __real_lint_run(lint, subject, waivers, detail);
}

static bool no_path(void *context, X509 *signed_one, struct sti_error *err)
{
    int *asked = context;
    (*asked)++;
    assert_non_null(signed_one);
    return sti_refuse(err, "RFC 9060 section 4", "no path");
}

/* One root, with a key in memory. */
struct scene {
    const char *name;
    const struct profile *profile;
    bool judge;
    int asked;
    int fail_at;
    struct minted minted;
    struct kit_rows row;
    struct sti_error err;
};

static bool play(void **state, struct scene *scene)
{
    const struct place *place = *state;
    EVP_PKEY *key = kit_ec("P-256");
    X509_NAME *name = kit_name(scene->name);
    struct ledger *ledger = ledger_open(place->path, LEDGER_WRITE, NOW, &scene->err);
    assert_non_null(ledger);
    struct mint mint = {.ledger = ledger,
                        .kind = LEDGER_ROOT,
                        .content = {.profile = scene->profile,
                                    .kind = CERT_ROOT,
                                    .subject = name,
                                    .key = key,
                                    .not_before = KIT_NOW,
                                    .not_after = KIT_NOW + KIT_DAY,
                                    .path_length = -1},
                        .signing_key = key,
                        .issuer_key = key,
                        .judge = scene->judge ? no_path : NULL,
                        .judge_context = &scene->asked};
    fail_at = scene->fail_at;
    passes = 0;
    sti_error_clear(&scene->err);
    bool ok = mint_certificate(&mint, &scene->minted, &scene->err);
    assert_null(mint.draft.certificate);
    assert_true(kit_rows_read(ledger, &scene->row));
    ledger_close(ledger);
    X509_NAME_free(name);
    EVP_PKEY_free(key);
    return ok;
}

#define GOOD "C=US/O=Example/CN=SHAKEN ROOT"

static void lints_twice_and_passes(void **state)
{
    struct scene scene = {.name = GOOD};
    assert_true(play(state, &scene));
    assert_int_equal(passes, 2);
    assert_int_equal(scene.row.count, 1);
    assert_int_equal(scene.row.state, LEDGER_ISSUED);
    assert_int_equal(scene.minted.lints.count, 0);
    assert_null(scene.minted.lints.waivers);
    minted_free(&scene.minted);
}

static void refuses_before_the_intent_atis_1000080_section_6_4_1(void **state)
{
    struct scene scene = {.name = "C=US/O=Example/CN=SHAKEN"};
    assert_false(play(state, &scene));
    kit_check_error(&scene.err, STI_REFUSED, "",
                    "before it is signed the certificate fails the lint e_atis_subject_cn_root: CN "
                    "is \"SHAKEN\", without the word ROOT; mend it in the request, the "
                    "configuration or the profile: put the word ROOT into CN",
                    "ATIS-1000080.v005 section 6.4.1");
    assert_int_equal(scene.row.count, 0);
    assert_null(scene.minted.der);
    assert_null(scene.minted.lints.list);
}

static void counts_the_others_that_fail(void **state)
{
    struct scene scene = {.name = "C=US/O=Example/CN=Example", .fail_at = 1};
    assert_false(play(state, &scene));
    kit_check_error(&scene.err, STI_REFUSED, "",
                    "before it is signed the certificate fails the lint " ID
                    " (and 2 more fail): told to; mend it",
                    "ATIS-1000080.v003 section 6.4.1");
    assert_int_equal(scene.row.count, 0);
}

static void abandons_behind_the_signature(void **state)
{
    struct scene scene = {.name = GOOD, .fail_at = 2};
    assert_false(play(state, &scene));
    kit_check_error(&scene.err, STI_REFUSED, "",
                    "as the HSM has signed it the certificate fails the lint " ID ": told to",
                    "ATIS-1000080.v003 section 6.4.1");
    assert_int_equal(scene.row.count, 1);
    assert_int_equal(scene.row.state, LEDGER_ABANDONED);
    assert_non_null(strstr(scene.row.reason, "as the HSM has signed it the certificate fails"));
    assert_null(scene.minted.der);
}

static void abandons_without_a_path(void **state)
{
    struct scene scene = {.name = GOOD, .judge = true};
    assert_false(play(state, &scene));
    kit_check_error(&scene.err, STI_REFUSED, "", "no path", "RFC 9060 section 4");
    assert_int_equal(scene.asked, 1);
    assert_int_equal(scene.row.state, LEDGER_ABANDONED);
    assert_string_equal(scene.row.reason, "no path (RFC 9060 section 4)");
}

static void keeps_the_waivers_that_took_effect(void **state)
{
    static const char text[] =
        "[profile]\ntitle = t\nclause = c\nissuer = self\n[extensions]\n"
        "basicConstraints = critical,CA:TRUE\nkeyUsage = critical,keyCertSign\n"
        "subjectKeyIdentifier = hash\n[waivers]\n"
        "e_atis_subject_cn_root = it has another word\n" ID " = not needed\n"
        "e_atis_subject_cn_ca = one of its own\n";
    struct sti_error err;
    struct profile *profile = profile_read(text, strlen(text), "mine", &err);
    assert_non_null(profile);
    struct scene scene = {.name = "C=US/O=Example/CN=Example", .profile = profile};
    assert_true(play(state, &scene));
    assert_string_equal(scene.minted.lints.waivers, "e_atis_subject_cn_ca: one of its own; "
                                                    "e_atis_subject_cn_root: it has another word");
    assert_int_equal(scene.minted.lints.count, 2);
    assert_int_equal(scene.minted.lints.list[0].status, LINT_WAIVED);
    minted_free(&scene.minted);
    profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lints_twice_and_passes, make_place, remove_place),
        cmocka_unit_test_setup_teardown(refuses_before_the_intent_atis_1000080_section_6_4_1,
                                        make_place, remove_place),
        cmocka_unit_test_setup_teardown(counts_the_others_that_fail, make_place, remove_place),
        cmocka_unit_test_setup_teardown(abandons_behind_the_signature, make_place, remove_place),
        cmocka_unit_test_setup_teardown(abandons_without_a_path, make_place, remove_place),
        cmocka_unit_test_setup_teardown(keeps_the_waivers_that_took_effect, make_place,
                                        remove_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
