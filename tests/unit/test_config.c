/* SPDX-License-Identifier: Apache-2.0 */
/* sti-ca.cnf: what is read, and that nothing in it is passed over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/err.h>

#include "config.h"
#include "parallel.h"
#include "subject.h"
#include "test_token_kit.h"
#include "test_tool_kit.h"

/* A good configuration; every value stands once, so that a test can change one. */
static const char base[] = "[sti-ca]\n" /* line 1 */
                           "ledger = ledger.sqlite\n"
                           "lists = sub/tnlists\n"
                           "sti_pa_anchors = /etc/sti-pa.pem\n"
                           "[root]\n"
                           "key = pkcs11:token=a;object=root\n"
                           "certificate = root.pem\n"
                           "subject = root_name\n"
                           "days = 7305\n"
                           "[root_name]\n" /* line 10 */
                           "C = US\n"
                           "O = Example CA\n"
                           "CN = SHAKEN ROOT\n"
                           "[intermediate]\n"
                           "key = pkcs11:token=a;object=intermediate\n"
                           "certificate = /var/intermediate.pem\n"
                           "subject = intermediate_name\n"
                           "days = 1826\n"
                           "path_length = 0\n"
                           "policy = 1.3.6.1.4.1.32473.1.1\n" /* line 20 */
                           "crl_url = https://sti-pa.example/crl\n"
                           "crl_issuer = crl_name\n"
                           "[intermediate_name]\n"
                           "C = DE\n"
                           "O = Beispiel CA\n"
                           "CN = SHAKEN Intermediate\n"
                           "[end-entity]\n"
                           "days = 90\n"
                           "policy = 1.3.6.1.4.1.32473.1.2\n"
                           "crl_url = http://sti-pa.example/crl-2\n" /* line 30 */
                           "crl_issuer = crl_name\n"
                           "outlive_token = no\n"
                           "[crl_name]\n"
                           "C = FR\n"
                           "O = STI-PA\n"
                           "CN = CRL\n"
                           "[x5u]\n"
                           "1 = https://sti-pa.example/a.pem a.pem\n"
                           "2 = https://sti-pa.example/b.pem \t/b.pem\n"; /* line 39 */

/* Writes the good configuration with `from`, which stands once, replaced. Returns its path. */
static const char *changed(const char *from, const char *to)
{
    char text[8192];
    const char *found = strstr(base, from);
    assert_non_null(found);
    assert_null(strstr(found + 1, from));
    snprintf(text, sizeof(text), "%.*s%s%s", (int)(found - base), base, to, found + strlen(from));
    return file_with_text("sti-ca.cnf", text);
}

static struct config *read_good(const char *path)
{
    struct sti_error err;
    sti_error_clear(&err);
    struct config *config = config_read(path, &err);
    if (config == NULL) {
        char line[1200];
        sti_error_text(&err, line, sizeof(line));
        fail_msg("%s", line);
    }
    assert_int_equal(ERR_peek_error(), 0);
    return config;
}

static void accepted(const char *from, const char *to)
{
    config_free(read_good(changed(from, to)));
}

static void refused(const char *path, const char *part, const char *sentence)
{
    struct sti_error err;
    sti_error_clear(&err);
    struct config *config = config_read(path, &err);
    if (config != NULL)
        fail_msg("accepted, but wanted: %s: %s", part, sentence);
    kit_check_error(&err, STI_USAGE, part, sentence, NULL);
    assert_string_equal(err.source, path);
    assert_null(config_read(path, NULL));
    assert_int_equal(ERR_peek_error(), 0);
}

struct row {
    const char *from;
    const char *to;
    const char *part;
    const char *sentence;
};

static void refuse_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        refused(changed(rows[i].from, rows[i].to), rows[i].part, rows[i].sentence);
}
#define REFUSE(rows) refuse_rows(rows, sizeof(rows) / sizeof(*(rows)))

/* ---- good files ---- */

static void name_is(const X509_NAME *name, const char *want)
{
    char *text = subject_text(name);
    assert_string_equal(text, want);
    free(text);
}

static void path_is(const char *path, const char *relative)
{
    assert_string_equal(path, in_folder(relative));
}

/* The file that users copy must be good itself. */
static void reads_the_file_that_is_shipped(void **state)
{
    (void)state;
    struct config *config = read_good(SHIPPED_CONFIG);
    assert_int_equal(config->root.days, 7305);
    name_is(config->root.subject, "C=US, O=Example STI-CA, CN=SHAKEN Example ROOT");
    assert_string_equal(config->root.key,
                        "pkcs11:token=sti-ca;object=root;id=%01?"
                        "module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:sti-ca.pin");
    assert_int_equal(config->intermediate.path_length, 0);
    assert_int_equal(config->end_entity.outlive_token, 0);
    assert_int_equal(config->x5u_count, 1);
    config_free(config);
    config_free(NULL);
}

static void reads_the_general_keys(void **state)
{
    (void)state;
    struct config *config = read_good(changed("[sti-ca]", "[sti-ca]"));
    assert_string_equal(config->path, in_folder("sti-ca.cnf"));
    assert_string_equal(config->directory, folder);
    path_is(config->ledger, "ledger.sqlite");
    path_is(config->lists, "sub/tnlists");
    assert_string_equal(config->sti_pa_anchors, "/etc/sti-pa.pem");
    config_free(config);
}

static void reads_the_profiles(void **state)
{
    (void)state;
    struct config *config = read_good(changed("outlive_token = no", "outlive_token = yes"));
    assert_string_equal(config->root.key, "pkcs11:token=a;object=root");
    path_is(config->root.certificate, "root.pem");
    assert_int_equal(config->root.days, 7305);
    assert_int_equal(config->root.path_length, -1);
    assert_null(config->root.policy);
    assert_null(config->root.crl_url);
    assert_null(config->root.crl_issuer);
    assert_string_equal(config->intermediate.certificate, "/var/intermediate.pem");
    assert_int_equal(config->intermediate.path_length, 0);
    assert_string_equal(config->intermediate.policy, "1.3.6.1.4.1.32473.1.1");
    assert_string_equal(config->intermediate.crl_url, "https://sti-pa.example/crl");
    assert_int_equal(config->end_entity.days, 90);
    assert_string_equal(config->end_entity.policy, "1.3.6.1.4.1.32473.1.2");
    assert_string_equal(config->end_entity.crl_url, "http://sti-pa.example/crl-2");
    assert_int_equal(config->end_entity.outlive_token, 1);
    assert_null(config->end_entity.key);
    config_free(config);
}

static void reads_the_names(void **state)
{
    (void)state;
    struct config *config = read_good(changed("O = STI-PA", "O = STI-PA\nserialNumber = 7"));
    name_is(config->root.subject, "C=US, O=Example CA, CN=SHAKEN ROOT");
    name_is(config->intermediate.subject, "C=DE, O=Beispiel CA, CN=SHAKEN Intermediate");
    name_is(config->intermediate.crl_issuer, "C=FR, O=STI-PA, serialNumber=7, CN=CRL");
    name_is(config->end_entity.crl_issuer, "C=FR, O=STI-PA, serialNumber=7, CN=CRL");
    config_free(config);
}

static void reads_the_x5u_lines(void **state)
{
    (void)state;
    struct config *config = read_good(changed("[sti-ca]", "[sti-ca]"));
    assert_int_equal(config->x5u_count, 2);
    assert_string_equal(config->x5u[0].url, "https://sti-pa.example/a.pem");
    path_is(config->x5u[0].file, "a.pem");
    assert_string_equal(config->x5u[1].url, "https://sti-pa.example/b.pem");
    assert_string_equal(config->x5u[1].file, "/b.pem");
    config_free(config);
}

static void reads_how_requests_are_judged(void **state)
{
    (void)state;
    struct config *config = read_good(changed("[x5u]\n", "[verdict]\n"
                                                         "lists = subset\n"
                                                         "spc_numbers = numbers.csv\n"
                                                         "fingerprint = spki\n"
                                                         "token_base64 = padded\n"
                                                         "token_octets = 1048576\n"
                                                         "token_uses = 10000\n"
                                                         "clock_skew = 300\n"
                                                         "undecidable = accept\n"
                                                         "second_holder = refuse\n"
                                                         "[x5u]\n"));
    assert_int_equal(config->verdict.lists, LIST_SUBSET);
    assert_non_null(strstr(config->verdict.spc_numbers, "/numbers.csv"));
    assert_int_equal(config->verdict.fingerprint, 1);
    assert_int_equal(config->verdict.token_base64, 1);
    assert_int_equal(config->verdict.token_octets, 1048576);
    assert_int_equal(config->verdict.token_uses, 10000);
    assert_int_equal(config->verdict.clock_skew, 300);
    assert_int_equal(config->verdict.undecidable, 1);
    assert_int_equal(config->verdict.second_holder, SECOND_HOLDER_REFUSE);
    config_free(config);
    config = read_good(changed("[x5u]\n", "[verdict]\n"
                                          "lists = equal-der\n"
                                          "fingerprint = thumbprint\n"
                                          "token_base64 = strict\n"
                                          "token_octets = 1024\n"
                                          "token_uses = until-exp\n"
                                          "clock_skew = 0\n"
                                          "undecidable = refuse\n"
                                          "second_holder = accept\n"
                                          "[x5u]\n"));
    assert_int_equal(config->verdict.lists, LIST_EQUAL_DER);
    assert_int_equal(config->verdict.fingerprint, 0);
    assert_int_equal(config->verdict.token_base64, 0);
    assert_int_equal(config->verdict.token_octets, 1024);
    assert_int_equal(config->verdict.token_uses, -1);
    assert_int_equal(config->verdict.clock_skew, 0);
    assert_int_equal(config->verdict.undecidable, 0);
    assert_int_equal(config->verdict.second_holder, SECOND_HOLDER_ACCEPT);
    config_free(config);
    config = read_good(changed("lists = sub/tnlists\n", "lists = sub/tnlists\n"
                                                        "sti_pa_crl = pa.crl\n"));
    assert_non_null(strstr(config->sti_pa_crl, "/pa.crl"));
    /* Without the section everything is as strict as it can be. */
    assert_int_equal(config->verdict.lists, LIST_EQUAL);
    assert_int_equal(config->verdict.fingerprint, 0);
    assert_int_equal(config->verdict.token_base64, 0);
    assert_int_equal(config->verdict.token_octets, 0);
    assert_int_equal(config->verdict.token_uses, 0);
    assert_int_equal(config->verdict.clock_skew, 0);
    assert_null(config->weak_keys);
    assert_null(config->profiles);
    config_free(config);
}

static void refuses_bad_policies(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"[x5u]", "[verdict]\nspc_numbers = n.csv\n[x5u]", "[verdict] spc_numbers",
         "goes with lists = subset: an SPC and its numbers are never equal"},
        {"[x5u]", "[verdict]\nundecidable = perhaps\n[x5u]", "[verdict] undecidable",
         "is none of: refuse, accept"},
        {"[x5u]", "[verdict]\nsecond_holder = note\n[x5u]", "[verdict] second_holder",
         "is none of: accept, warn, refuse"},
        {"[x5u]", "[verdict]\nlists = same\n[x5u]", "[verdict] lists",
         "is none of: equal, equal-der, subset"},
        {"[x5u]", "[verdict]\nfingerprint = both\n[x5u]", "[verdict] fingerprint",
         "is none of: thumbprint, spki"},
        {"[x5u]", "[verdict]\ntoken_base64 = yes\n[x5u]", "[verdict] token_base64",
         "is none of: strict, padded"},
        {"[x5u]", "[verdict]\ntoken_octets = 1023\n[x5u]", "[verdict] token_octets",
         "is not a number of octets between 1024 and 1048576"},
        {"[x5u]", "[verdict]\ntoken_octets = 1048577\n[x5u]", "[verdict] token_octets",
         "is not a number of octets between 1024 and 1048576"},
        {"[x5u]", "[verdict]\ntoken_octets = 16k\n[x5u]", "[verdict] token_octets",
         "is not a number of octets between 1024 and 1048576"},
        {"[x5u]", "[verdict]\ntoken_uses = 0\n[x5u]", "[verdict] token_uses",
         "is neither a number between 1 and 10000 nor until-exp"},
        {"[x5u]", "[verdict]\ntoken_uses = 10001\n[x5u]", "[verdict] token_uses",
         "is neither a number between 1 and 10000 nor until-exp"},
        {"[x5u]", "[verdict]\ntoken_uses = many\n[x5u]", "[verdict] token_uses",
         "is neither a number between 1 and 10000 nor until-exp"},
        {"[x5u]", "[verdict]\nclock_skew = 301\n[x5u]", "[verdict] clock_skew",
         "is not a number of seconds between 0 and 300"},
        {"[x5u]", "[verdict]\nclock_skew = -1\n[x5u]", "[verdict] clock_skew",
         "is not a number of seconds between 0 and 300"},
        {"[x5u]", "[verdict]\nclock_skew = 5m\n[x5u]", "[verdict] clock_skew",
         "is not a number of seconds between 0 and 300"},
        {"[x5u]", "[verdict]\nlist = equal\n[x5u]", "[verdict] list",
         "is an unknown key; this section has: lists, spc_numbers, fingerprint, token_base64, "
         "token_octets, token_uses, clock_skew"},
    };
    REFUSE(rows);
}

/* What may be left out. */
static void optional_keys_may_be_absent(void **state)
{
    (void)state;
    struct config *config = read_good(changed("path_length = 0\n", ""));
    assert_int_equal(config->intermediate.path_length, -1);
    config_free(config);
    config = read_good(changed("outlive_token = no\n", ""));
    assert_int_equal(config->end_entity.outlive_token, 0);
    config_free(config);
    config = read_good(changed("[x5u]\n"
                               "1 = https://sti-pa.example/a.pem a.pem\n"
                               "2 = https://sti-pa.example/b.pem \t/b.pem\n",
                               ""));
    assert_int_equal(config->x5u_count, 0);
    config_free(config);
}

/* Relative paths count from the file's folder, also when that is the current one. */
static void reads_from_the_current_folder(void **state)
{
    (void)state;
    char before[4096];
    changed("[sti-ca]", "[sti-ca]");
    assert_non_null(getcwd(before, sizeof(before)));
    assert_int_equal(chdir(folder), 0);
    struct config *config = config_read("sti-ca.cnf", NULL);
    assert_int_equal(chdir(before), 0);
    assert_non_null(config);
    assert_null(config->directory);
    assert_string_equal(config->ledger, "ledger.sqlite");
    config_free(config);
}

/* ---- keys and sections ---- */

static void refuses_unknown_keys(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"lists = sub", "list = sub", "[sti-ca] list",
         "is an unknown key; this section has: ledger, lists, sti_pa_anchors"},
        {"days = 7305", "Days = 7305", "[root] Days", "is an unknown key; this section has: key,"},
        {"days = 7305", "days = 7305\npolicy = 1.2.3", "[root] policy", "is an unknown key"},
        {"days = 90", "days = 90\nkey = pkcs11:token=a", "[end-entity] key", "is an unknown key"},
    };
    REFUSE(rows);
}

static void refuses_unknown_sections(void **state)
{
    (void)state;
    char text[1000];
    static const char sentence[] = "stands in an unknown section; known are sti-ca, root,";
    static const struct row rows[] = {
        {"[x5u]", "[x5y]", NULL, sentence},
        {"[x5u]", "[leaf]\ndays = 1\n[x5u]", "[leaf] days", sentence},
        {"[x5u]", "[nothing]\n[x5u]", NULL, sentence},
        {"[x5u]", "[default]\ndays = 1\n[x5u]", "[default] days", sentence},
        /* a name that nothing refers to is a mistake, too */
        {"[x5u]", "[other_name]\nCN = SHAKEN ROOT\n[x5u]", "[other_name] CN", sentence},
    };
    REFUSE(rows);
    memset(text, 'a', sizeof(text)); /* longer than any line that a reader might have room for */
    memcpy(text, "[", 1);
    strcpy(text + sizeof(text) - 20, "]\nday = 1\n[x5u]");
    refused(changed("[x5u]", text), NULL, sentence);
}

/* What a section [profile NAME] has, and nothing else, is other than in [end-entity]. */
static void reads_what_is_other_for_a_profile(void **state)
{
    (void)state;
    struct config *config = read_good(changed("[x5u]", "[ profile shaken ]\n"
                                                       "days = 7\n"
                                                       "policy = 2.16.840.1.114569.1.1.4\n"
                                                       "crl_issuer = own_crl_name\n"
                                                       "[profile tn-level]\n"
                                                       "crl_url = http://tn.example/crl\n"
                                                       "outlive_token = yes\n"
                                                       "path_length = 3\n"
                                                       "[profile a]\n"
                                                       "[own_crl_name]\nCN = own\n"
                                                       "[x5u]"));
    assert_int_equal(config->site_count, 3);
    for (size_t i = 0; i < config->site_count; i++) {
        const struct config_site *site = &config->sites[i];
        const struct config_profile *values = &site->values;
        if (strcmp(site->profile, "shaken") == 0) {
            assert_string_equal(site->section, "profile shaken");
            assert_int_equal(values->days, 7);
            assert_string_equal(values->policy, "2.16.840.1.114569.1.1.4");
            assert_null(values->crl_url);
            name_is(values->crl_issuer, "CN=own");
            assert_int_equal(values->outlive_token, -1);
            assert_int_equal(values->path_length, -1);
        } else if (strcmp(site->profile, "tn-level") == 0) {
            assert_int_equal(values->days, 0);
            assert_null(values->policy);
            assert_string_equal(values->crl_url, "http://tn.example/crl");
            assert_null(values->crl_issuer);
            assert_int_equal(values->outlive_token, 1);
            assert_int_equal(values->path_length, 3);
        } else {
            assert_string_equal(site->profile, "a");
            assert_int_equal(values->days, 0);
        }
    }
    assert_int_equal(config->end_entity.days, 90);
    config_free(config);
}

static void refuses_bad_sections_of_profiles(void **state)
{
    (void)state;
    static const char name[] =
        "is not [profile NAME]: one blank, and 1 to 63 small letters, digits "
        "and hyphens";
    static const struct row rows[] = {
        {"[x5u]", "[profile Shaken]\ndays = 1\n[x5u]", "[profile Shaken]", name},
        {"[x5u]", "[profile  shaken]\n[x5u]", "[profile  shaken]", name},
        {"[x5u]", "[profile shaken tn-level]\n[x5u]", "[profile shaken tn-level]", name},
        {"[x5u]", "[profile]\ndays = 1\n[x5u]", "[profile] days", "stands in an unknown section"},
        {"[x5u]", "[profile\tshaken]\ndays = 1\n[x5u]", NULL, "stands in an unknown section"},
        {"[x5u]", "[profile shaken]\nkey = pkcs11:token=a\n[x5u]", "[profile shaken] key",
         "is an unknown key; this section has: days, path_length, policy, crl_url, crl_issuer, "
         "outlive_token"},
        {"[x5u]", "[profile shaken]\nsubject = root_name\n[x5u]", "[profile shaken] subject",
         "is an unknown key"},
        {"[x5u]", "[profile shaken]\ndays = 0\n[x5u]", "[profile shaken] days",
         "is not a number of days between 1 and 36525"},
        {"[x5u]", "[profile shaken]\npolicy =\n[x5u]", "[profile shaken] policy", "is empty"},
        {"[x5u]", "[profile shaken]\noutlive_token = maybe\n[x5u]",
         "[profile shaken] outlive_token", "is neither yes nor no"},
        {"[x5u]", "[profile shaken]\ncrl_issuer = nobody\n[x5u]", "[profile shaken] crl_issuer",
         "names a section that is not there"},
        {"[x5u]", "[profile shaken]\ndays = 1\n[profile shaken]\ndays = 2\n[x5u]", NULL,
         "the key stands twice in its section"},
        /* what a value says does not make a section */
        {"[x5u]", "[profile shaken]\ndays = 1\\n[[profile x]]\n[x5u]", "[profile shaken] days",
         "is not a number of days"},
    };
    REFUSE(rows);
}

static void refuses_too_many_sections_of_profiles(void **state)
{
    (void)state;
    char most[4096] = "";
    for (int i = 0; i < CONFIG_MAX_SITES; i++) {
        size_t used = strlen(most);
        snprintf(most + used, sizeof(most) - used, "[profile p%d]\ndays = 1\n", i);
    }
    strcat(most, "[sti-ca]\n");
    accepted("[sti-ca]\n", most);
    char more[4200] = "[profile one-more]\n";
    strcat(more, most);
    refused(changed("[sti-ca]\n", more), NULL, "is one section too many, 64 profiles can have one");
}

/* Keys outside a section are no defaults for the sections. */
static void refuses_keys_outside_a_section(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"[sti-ca]\n", "stray = 1\n[sti-ca]\n", "[default] stray", "stands in an unknown section"},
        {"[sti-ca]\n", "subject = root_name\n[sti-ca]\n", "[default] subject",
         "stands in an unknown section"},
    };
    REFUSE(rows);
    refused(file_with_text("sti-ca.cnf", "subject = x\ndays = 1\n"), "[default] subject",
            "stands in an unknown section");
}

static void refuses_missing_keys(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"ledger = ledger.sqlite\n", "", "[sti-ca] ledger", "is missing"},
        {"lists = sub/tnlists\n", "", "[sti-ca] lists", "is missing"},
        {"sti_pa_anchors = /etc/sti-pa.pem\n", "", "[sti-ca] sti_pa_anchors", "is missing"},
        {"key = pkcs11:token=a;object=root\n", "", "[root] key", "is missing"},
        {"certificate = root.pem\n", "", "[root] certificate", "is missing"},
        {"days = 7305\n", "", "[root] days", "is missing"},
        {"days = 1826\n", "", "[intermediate] days", "is missing"},
        {"policy = 1.3.6.1.4.1.32473.1.1\n", "", "[intermediate] policy", "is missing"},
        {"crl_url = https://sti-pa.example/crl\n", "", "[intermediate] crl_url", "is missing"},
        {"days = 90\n", "", "[end-entity] days", "is missing"},
        {"policy = 1.3.6.1.4.1.32473.1.2\n", "", "[end-entity] policy", "is missing"},
        {"ledger = ledger.sqlite", "ledger =", "[sti-ca] ledger", "is empty"},
        {"days = 90", "days = # none", "[end-entity] days", "is empty"},
    };
    REFUSE(rows);
    refused(file_with_text("sti-ca.cnf", ""), "[sti-ca] ledger", "is missing");
    refused(file_with_text("sti-ca.cnf", "# nothing\n"), "[sti-ca] ledger", "is missing");
}

/* [crl] may be missing; if it is there, so are its key, certificate and url. */
static void reads_the_crl_section(void **state)
{
    (void)state;
    struct config *config = read_good(file_with_text("sti-ca.cnf", base));
    assert_null(config->crl.key);
    config_free(config);
    config = read_good(changed("[x5u]", "[crl]\nkey = pkcs11:token=c\ncertificate = c.pem\n"
                                        "url = http://pa.example/crl\n[x5u]"));
    assert_string_equal(config->crl.key, "pkcs11:token=c");
    path_is(config->crl.certificate, "c.pem");
    assert_string_equal(config->crl.url, "http://pa.example/crl");
    assert_null(config->crl.aia);
    config_free(config);
    static const struct row rows[] = {
        {"[x5u]", "[crl]\nkey = k\ncertificate = c\n[x5u]", "[crl] url", "is missing"},
        {"[x5u]", "[crl]\nkey = k\nurl = http://a/\n[x5u]", "[crl] certificate", "is missing"},
        {"[x5u]", "[crl]\ncertificate = c\nurl = http://a/\n[x5u]", "[crl] key", "is missing"},
        {"[x5u]", "[crl]\nurl = ftp://a/\n[x5u]", "[crl] url", "is not an http or https URL"},
        {"[x5u]", "[crl]\ndays = 7\n[x5u]", "[crl] days",
         "is an unknown key; this section has: key, certificate, url, aia"},
    };
    REFUSE(rows);
}

/* ---- values ---- */

static void refuses_bad_numbers(void **state)
{
    (void)state;
    static const char *const days[] = {
        "0",      "-1",   "36526", "90d", "x",        "9999999999999999999",
        "1826.5", "0x10", "1 2",   "+90", "\"\\ 90\""};
    for (size_t i = 0; i < sizeof(days) / sizeof(*days); i++) {
        char line[64];
        snprintf(line, sizeof(line), "days = %s", days[i]);
        refused(changed("days = 1826", line), "[intermediate] days",
                "is not a number of days between 1 and 36525");
    }
    accepted("days = 1826", "days = 1");
    accepted("days = 1826", "days = 36525");
    static const struct row rows[] = {
        {"path_length = 0", "path_length = -1", "[intermediate] path_length",
         "is not a number between 0 and 36525"},
        {"path_length = 0", "path_length = none", "[intermediate] path_length",
         "is not a number between 0 and 36525"},
    };
    REFUSE(rows);
}

static void refuses_bad_words(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"outlive_token = no", "outlive_token = No", "[end-entity] outlive_token",
         "is neither yes nor no"},
        {"outlive_token = no", "outlive_token = true", "[end-entity] outlive_token",
         "is neither yes nor no"},
        {"outlive_token = no", "outlive_token = 0", "[end-entity] outlive_token",
         "is neither yes nor no"},
    };
    REFUSE(rows);
}

static void refuses_bad_oids(void **state)
{
    (void)state;
    static const char *const oids[] = {"shaken", "anyPolicy", "1",    "1.2.x", "3.1",   "1..2",
                                       "1 2",    "1.02",      "-1.2", "1.40",  "1.2.3."};
    for (size_t i = 0; i < sizeof(oids) / sizeof(*oids); i++) {
        char line[64];
        snprintf(line, sizeof(line), "policy = %s", oids[i]);
        refused(changed("policy = 1.3.6.1.4.1.32473.1.1", line), "[intermediate] policy",
                "is not an OID in dotted form");
    }
    accepted("policy = 1.3.6.1.4.1.32473.1.1", "policy = 2.16.840.1.114569.1.1.4");
}

/* The URL goes into certificates as an IA5String (RFC 5280 section 4.2.1.6). */
static void refuses_bad_urls_rfc5280_section_4_2_1_13(void **state)
{
    (void)state;
    static const char *const urls[] = {"sti-pa.example/crl",
                                       "ftp://sti-pa.example/crl",
                                       "ldap://sti-pa.example/crl",
                                       "https:/sti-pa.example/crl",
                                       "//sti-pa.example/crl",
                                       "https://",
                                       "http:///crl",
                                       "https://:443/crl",
                                       "https://sti-pa.example/my crl",
                                       "https://sti-pa.example/\xc3\x9c"};
    for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
        char line[64];
        snprintf(line, sizeof(line), "crl_url = %s", urls[i]);
        refused(changed("crl_url = http://sti-pa.example/crl-2", line), "[end-entity] crl_url",
                "is not an http or https URL");
    }
    accepted("crl_url = http://sti-pa.example/crl-2",
             "crl_url = https://sti-pa.example:8443/crl?ca=1&v=%31");
}

static void refuses_bad_x5u_lines(void **state)
{
    (void)state;
    static const char sentence[] = "is not an https URL, a blank and a file, as in ";
    static const struct row rows[] = {
        {"1 = https://sti-pa.example/a.pem a.pem", "1 = http://sti-pa.example/a.pem a.pem",
         "[x5u] 1", sentence},
        {"1 = https://sti-pa.example/a.pem a.pem", "1 = https://sti-pa.example/a.pem", "[x5u] 1",
         sentence},
        {"1 = https://sti-pa.example/a.pem a.pem", "1 = a.pem", "[x5u] 1", sentence},
        {"1 = https://sti-pa.example/a.pem a.pem", "1 =", "[x5u] 1", sentence},
    };
    REFUSE(rows);
}

/* So many lines, and not one more. */
static void refuses_too_many_x5u_lines(void **state)
{
    (void)state;
    char text[8192] = "[x5u]\n";
    for (int i = 3; i <= CONFIG_MAX_X5U; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text),
                 "a%d = https://sti-pa.example/%d.pem f\n", i, i);
    accepted("[x5u]\n", text);
    strcat(text, "last = https://sti-pa.example/last.pem f\n");
    refused(changed("[x5u]\n", text), NULL, "is one line too many, 64 are allowed");
}

/* ---- names ---- */

static void refuses_bad_names(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"subject = root_name", "subject = none", "[root] subject",
         "names a section that is not there"},
        {"O = STI-PA", "OU = STI-PA", "[crl_name] OU",
         "is no attribute of a name here; C, O, CN and serialNumber are"},
        {"O = STI-PA", "organizationName = STI-PA", "[crl_name] organizationName",
         "is no attribute of a name here"},
        {"C = FR", "C = FRA", "[intermediate] crl_issuer",
         "is a name whose attributes cannot be encoded"},
        {"CN = CRL", "CN = \xff\xfe", "[intermediate] crl_issuer",
         "is a name whose attributes cannot be encoded"},
        /* a cRLIssuer without a name says nothing (RFC 5280 section 4.2.1.13) */
        {"C = FR\nO = STI-PA\nCN = CRL\n", "", "[intermediate] crl_issuer",
         "is a name without attributes"},
    };
    REFUSE(rows);
}

/* A CA whose name breaks the profile is refused here, not at the ceremony. */
static void refuses_subjects_that_break_the_profile_atis1000080_section_6_4_1(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"CN = SHAKEN ROOT", "CN = SHAKEN CA", "[root] subject",
         "CN of a root has the word ROOT, \"SHAKEN CA\" has not"},
        {"CN = SHAKEN ROOT", "CN = The ROOT", "[root] subject",
         "CN of a CA has the word SHAKEN, \"The ROOT\" has not"},
        {"CN = SHAKEN Intermediate", "CN = Intermediate", "[intermediate] subject",
         "CN of a CA has the word SHAKEN"},
        {"C = DE\n", "", "[intermediate] subject", "the subject has no C"},
        {"C = DE", "C = de", "[intermediate] subject", "two capital letters are wanted"},
        {"C = US\nO = Example CA\nCN = SHAKEN ROOT\n", "", NULL, NULL},
    };
    REFUSE(rows);
}

/* ---- the form of the file ---- */

static void refused_at_line(const char *path, size_t line, const char *sentence)
{
    struct sti_error err;
    refused(path, "", sentence);
    assert_null(config_read(path, &err));
    assert_int_equal(err.line, line);
}

static void names_the_line_of_a_fault(void **state)
{
    (void)state;
    refused_at_line(changed("days = 90\n", "days\n"), 28, "cannot be read: missing equal sign");
    refused_at_line(changed("[x5u]\n", "[x5u\n"), 37, "cannot be read: missing close square");
    refused_at_line(changed("days = 90", "days = ${none::none}"), 28, "cannot be read: variable");
    refused(file_with("sti-ca.cnf", "[sti-ca]\n\0", 10), "", "has a NUL octet, so it is no text");
}

static void refuses_a_key_that_stands_twice(void **state)
{
    (void)state;
    static const char sentence[] = "the key stands twice in its section; keep one of the lines";
    refused_at_line(changed("days = 90\n", "days = 90\ndays = 30\n"), 29, sentence);
    refused_at_line(changed("days = 90\n", "days = 90\n\t days=90\n"), 29, sentence);
    refused_at_line(changed("[x5u]\n", "[ end-entity ]\ndays = 30\n[x5u]\n"), 38, sentence);
    refused_at_line(changed("O = STI-PA\n", "O = STI-PA\nO = Other\n"), 36, sentence);
    refused_at_line(changed("2 = https", "1 = https"), 39, sentence);
}

/* A line with two backslashes at its end does not go on: they stand for one (conf(5)). */
static void sees_the_line_behind_an_escaped_backslash(void **state)
{
    (void)state;
    static const char sentence[] = "the key stands twice in its section; keep one of the lines";
    refused_at_line(changed("[x5u]\n", "[variables]\na = x\\\\\na = y\n[x5u]\n"), 39, sentence);
    refused_at_line(changed("[x5u]\n", "[variables]\na = x\\\\\r\na = y\n[x5u]\n"), 39, sentence);
    /* and a line that goes on is no key of its own */
    accepted("ledger = ledger.sqlite", "ledger = ledger\\\nlists = sqlite");
}

static void depends_on_this_file_alone(void **state)
{
    (void)state;
    refused_at_line(changed("[x5u]\n", ".include other.cnf\n[x5u]\n"), 37, "is this one file");
    refused_at_line(changed("[x5u]\n", " .pragma=dollarid:true\n[x5u]\n"), 37, "is this one file");
    refused_at_line(changed("days = 90", "days = ${ENV::DAYS}"), 28, "from the environment");
    refused_at_line(changed("days = 90", "days = 9\\\n${ENV::DAYS}"), 29, "from the environment");
    refused_at_line(changed("days = 90", "root::days = 90"), 28, "a key with :: in it");
}

static void takes_values_from_variables(void **state)
{
    (void)state;
    struct config *config =
        read_good(changed("[sti-ca]\nledger = ledger.sqlite",
                          "[variables]\nname = my.sqlite\n[sti-ca]\nledger = ${variables::name}"));
    path_is(config->ledger, "my.sqlite");
    config_free(config);
}

static void refuses_a_file_that_is_not_there(void **state)
{
    (void)state;
    struct sti_error err;
    assert_null(config_read(in_folder("none.cnf"), &err));
    kit_check_error(&err, STI_ENVIRONMENT, "",
                    "cannot be opened: No such file or directory; copy conf/sti-ca.cnf", NULL);
    assert_string_equal(err.source, in_folder("none.cnf"));
    assert_null(config_read(folder, &err));
    kit_check_error(&err, STI_ENVIRONMENT, "", "cannot be read: Is a directory", NULL);
    assert_null(config_read(folder, NULL));
}

/*
 * libcrypto encodes a name that was put together when it is first read, without a lock: two threads
 * that do so at once lose memory (seen by the address sanitizer) or worse.
 */
struct readers {
    const X509_NAME *name;
    atomic_int waiting;
};

static void read_name(void *context, size_t worker, size_t index)
{
    struct readers *readers = context;
    (void)worker;
    (void)index;
    atomic_fetch_sub(&readers->waiting, 1);
    while (atomic_load(&readers->waiting) > 0)
        ; /* so that all of them begin at once */
    X509_NAME *copy = X509_NAME_dup(readers->name);
    assert_non_null(copy);
    X509_NAME_free(copy);
}

static void has_names_that_threads_may_read(void **state)
{
    (void)state;
    for (int i = 0; i < 500; i++) {
        struct config *config = config_read(file_with_text("sti-ca.cnf", base), NULL);
        assert_non_null(config);
        struct readers readers = {.name = config->end_entity.crl_issuer};
        atomic_init(&readers.waiting, 2);
        struct parallel *parallel = parallel_begin(2, 2, read_name, &readers, NULL);
        assert_non_null(parallel);
        parallel_end(parallel);
        config_free(config);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(reads_the_file_that_is_shipped),
        IN_FOLDER(reads_the_general_keys),
        IN_FOLDER(reads_the_profiles),
        IN_FOLDER(reads_the_names),
        IN_FOLDER(reads_the_x5u_lines),
        IN_FOLDER(reads_how_requests_are_judged),
        IN_FOLDER(refuses_bad_policies),
        IN_FOLDER(optional_keys_may_be_absent),
        IN_FOLDER(reads_from_the_current_folder),
        IN_FOLDER(refuses_unknown_keys),
        IN_FOLDER(refuses_unknown_sections),
        IN_FOLDER(reads_what_is_other_for_a_profile),
        IN_FOLDER(refuses_bad_sections_of_profiles),
        IN_FOLDER(refuses_too_many_sections_of_profiles),
        IN_FOLDER(refuses_keys_outside_a_section),
        IN_FOLDER(refuses_missing_keys),
        IN_FOLDER(reads_the_crl_section),
        IN_FOLDER(refuses_bad_numbers),
        IN_FOLDER(refuses_bad_words),
        IN_FOLDER(refuses_bad_oids),
        IN_FOLDER(refuses_bad_urls_rfc5280_section_4_2_1_13),
        IN_FOLDER(refuses_bad_x5u_lines),
        IN_FOLDER(refuses_too_many_x5u_lines),
        IN_FOLDER(refuses_bad_names),
        IN_FOLDER(refuses_subjects_that_break_the_profile_atis1000080_section_6_4_1),
        IN_FOLDER(names_the_line_of_a_fault),
        IN_FOLDER(refuses_a_key_that_stands_twice),
        IN_FOLDER(sees_the_line_behind_an_escaped_backslash),
        IN_FOLDER(depends_on_this_file_alone),
        IN_FOLDER(takes_values_from_variables),
        IN_FOLDER(refuses_a_file_that_is_not_there),
        IN_FOLDER(has_names_that_threads_may_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
