/* SPDX-License-Identifier: Apache-2.0 */
/* A child of fork() is refused what its parent has opened, and does not end it for the parent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "test_hsm_world.h"

static const unsigned char digest[32] = "a digest of a certificate......";

static struct hsm *hsm;
static struct hsm_uri *uri;
static struct hsm_uri *new_uri;
static struct hsm_signer *signer;
static long parent;

/* Runs in the child, where a failed assertion would run the parent's tests on. */
static bool is_refused(bool done, const struct sti_error *err, const char *what)
{
    char wanted[300];
    snprintf(wanted, sizeof(wanted),
             "token 'main' was opened by process %ld, and process %ld, a child of it, may not use "
             "what its parent has opened; open the token in the process that uses it",
             parent, (long)getpid());
    if (!done && err->code == STI_ENVIRONMENT && strcmp(err->sentence, wanted) == 0)
        return true;
    fprintf(stderr, "%s: %s\n", what, done ? "done" : err->sentence);
    return false;
}

/* Every function that the parent's token is given to. */
static bool all_are_refused(void)
{
    struct sti_error err;
    struct hsm_key_facts *keys = NULL;
    struct hsm_signature signature;
    size_t count = 0;
    bool kept = false;
    bool good = true;
    good &= is_refused(hsm_key_generate(hsm, new_uri, &err), &err, "hsm_key_generate");
    good &= is_refused(hsm_key_generate_on(hsm, new_uri, HSM_CURVE_P384, &err), &err,
                       "hsm_key_generate_on");
    good &= is_refused(hsm_key_open(hsm, uri, &err) != NULL, &err, "hsm_key_open");
    good &= is_refused(hsm_key_public(hsm, uri, &err) != NULL, &err, "hsm_key_public");
    good &= is_refused(hsm_key_show(hsm, uri, &err) != NULL, &err, "hsm_key_show");
    good &= is_refused(hsm_key_list(hsm, &keys, &count, &err), &err, "hsm_key_list");
    good &= is_refused(hsm_key_destroy(hsm, uri, &kept, &err), &err, "hsm_key_destroy");
    good &= is_refused(hsm_signer_open(hsm, uri, &err) != NULL, &err, "hsm_signer_open");
    good &= is_refused(hsm_signer_sign(signer, digest, sizeof(digest), &signature, &err), &err,
                       "hsm_signer_sign");
    good &= is_refused(hsm_signer_sign_unverified(signer, digest, sizeof(digest), &signature, &err),
                       &err, "hsm_signer_sign_unverified");
    good &= is_refused(hsm_signer_verify(signer, digest, sizeof(digest), &signature, &err), &err,
                       "hsm_signer_verify");
    return good;
}

static void sign(void)
{
    struct hsm_signature signature;
    struct sti_error err;
    sti_error_clear(&err);
    if (!hsm_signer_sign(signer, digest, sizeof(digest), &signature, &err))
        fail_msg("%s", err.sentence);
}

static int status_of(pid_t child)
{
    int status = 0;
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

/* In the child no function of the module can be called: each is NULL. */
static void a_child_is_refused_and_ends_nothing(void **state)
{
    (void)state;
    struct sti_error err;
    sti_error_clear(&err);
    hsm = world_open();
    uri = world_uri("main;object=family;id=%01", NULL);
    new_uri = world_uri("main;object=other;id=%02", NULL);
    parent = (long)getpid();
    if (!hsm_key_generate(hsm, uri, &err))
        fail_msg("%s", err.sentence);
    signer = hsm_signer_open(hsm, uri, &err);
    assert_non_null(signer);
    sign();

    pid_t child = fork();
    if (child == 0) {
        struct hsm_token_info info;
        memset(world_list, 0, sizeof(*world_list));
        bool good = all_are_refused();
        hsm_token_info(hsm, &info);
        hsm_signer_close(signer);
        hsm_close(hsm);
        _exit(good && strcmp(info.label, "main") == 0 ? 0 : 1);
    }
    assert_int_equal(status_of(child), 0);

    sign();
    EVP_PKEY *key = hsm_key_open(hsm, uri, &err);
    assert_non_null(key);
    EVP_PKEY_free(key);
    hsm_signer_close(signer);
    hsm_close(hsm);
    hsm_uri_free(uri);
    hsm_uri_free(new_uri);
}

/* What the sentence advises: a token that a child opens itself. */
static void a_child_opens_its_own(void **state)
{
    (void)state;
    uri = world_uri("main;object=family", NULL);
    hsm_close(world_open());
    pid_t child = fork();
    if (child == 0) {
        struct hsm_uri *token = world_uri("main;object=any", "pin");
        struct hsm_signature signature;
        struct sti_error err;
        hsm = hsm_open(token, NULL, NULL, &err);
        signer = hsm == NULL ? NULL : hsm_signer_open(hsm, uri, &err);
        bool good =
            signer != NULL && hsm_signer_sign(signer, digest, sizeof(digest), &signature, &err);
        if (!good)
            fprintf(stderr, "%s\n", err.sentence);
        hsm_signer_close(signer);
        hsm_close(hsm);
        _exit(good ? 0 : 1);
    }
    /* Not at the same time: SoftHSM misses a token that another process is just logging in to. */
    assert_int_equal(status_of(child), 0);
    hsm = world_open();
    signer = hsm_signer_open(hsm, uri, NULL);
    assert_non_null(signer);
    sign();
    hsm_signer_close(signer);
    hsm_close(hsm);
    hsm_uri_free(uri);
}

/* SoftHSM takes the child of a process that has it open for that process. */
static void a_child_does_not_open_what_its_parent_has_open(void **state)
{
    (void)state;
    hsm = world_open();
    pid_t child = fork();
    if (child == 0) {
        struct hsm_uri *token = world_uri("main;object=any", "pin");
        struct sti_error err;
        bool opened = hsm_open(token, NULL, NULL, &err) != NULL;
        if (opened || strstr(err.sentence, "is already open in this process or in the one that it "
                                           "is a child of; close it first") == NULL)
            fprintf(stderr, "%s\n", opened ? "opened" : err.sentence);
        else
            _exit(0);
        _exit(1);
    }
    assert_int_equal(status_of(child), 0);
    hsm_close(hsm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_child_is_refused_and_ends_nothing),
        TEST(a_child_opens_its_own),
        TEST(a_child_does_not_open_what_its_parent_has_open),
    };
    return cmocka_run_group_tests(tests, world_make, world_remove);
}
