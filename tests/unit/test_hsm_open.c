/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a token: which one, with which PIN, and never for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test_hsm_world.h"

static void refuse_open_with(struct hsm_uri *uri, hsm_ask_pin ask, enum sti_code code,
                             const char *sentence)
{
    struct sti_error err;
    sti_error_clear(&err);
    assert_null(hsm_open(uri, ask, NULL, &err));
    world_check(&err, code, sentence);
    hsm_uri_free(uri);
}

static void refuse_open(const char *path, const char *pin_file, const char *sentence)
{
    refuse_open_with(world_uri(path, pin_file), NULL, STI_ENVIRONMENT, sentence);
}

/* ---- tokens and PINs ---- */

static unsigned logins;

static CK_RV counting_login(CK_SESSION_HANDLE session, CK_USER_TYPE user, unsigned char *pin,
                            CK_ULONG length)
{
    logins++;
    return world_original.C_Login(session, user, pin, length);
}

static void a_wrong_pin_is_tried_once(void **state)
{
    (void)state;
    world_write("wrong", 0600, "wrong-1234\n", 11);
    logins = 0;
    world_list->C_Login = counting_login;
    refuse_open("main;object=x", "wrong",
                "the PIN of token 'main' was refused: CKR_PIN_INCORRECT (0xa0); it was tried once, "
                "and more wrong tries may lock the token: check the PIN before trying again");
    assert_int_equal(logins, 1);
    hsm_close(world_open());
    assert_int_equal(logins, 2);
}

static void a_pin_file_is_checked(void **state)
{
    (void)state;
    static const struct {
        mode_t mode;
        const char *text;
        size_t length;
        const char *sentence;
    } files[] = {
        {0644, WORLD_PIN, sizeof(WORLD_PIN) - 1,
         "is open to other users (mode 0644); run: chmod 600 /"},
        {0640, WORLD_PIN, sizeof(WORLD_PIN) - 1,
         "is open to other users (mode 0640); run: chmod 600 /"},
        {0600, "", 0, "is empty; put the PIN there"},
        {0600, "\n" WORLD_PIN, sizeof(WORLD_PIN), "is empty; put the PIN there"},
        {0600, "\r\n", 2, "is empty; put the PIN there"},
        {0600, "12\0003", 5, "contains a NUL octet; remove it"},
        {0600, "123", 3, "the PIN was not tried: token 'main' takes PINs of 4 to 255 octets"},
    };
    world_list->C_Login = counting_login;
    logins = 0;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        world_write("odd", files[i].mode, files[i].text, files[i].length);
        refuse_open("main;object=x", "odd", files[i].sentence);
    }
    char longest[HSM_PIN_MAX + 2];
    memset(longest, '1', sizeof(longest));
    world_write("odd", 0600, longest, HSM_PIN_MAX + 1);
    refuse_open("main;object=x", "odd", "is longer than a PIN can be (255)");
    refuse_open("main;object=x", "missing", "cannot be opened: No such file or directory");
    refuse_open("main;object=x", "tokens", "is not a regular file; put the PIN into one");
    char path[200];
    snprintf(path, sizeof(path), "%s/fifo", world_directory);
    assert_int_equal(mkfifo(path, 0600), 0);
    refuse_open("main;object=x", "fifo", "is not a regular file; put the PIN into one");
    assert_int_equal(logins, 0);

    static const char *const good[] = {WORLD_PIN, WORLD_PIN "\n", WORLD_PIN "\r\n",
                                       WORLD_PIN "\nsecond line\n"};
    for (size_t i = 0; i < 4; i++) {
        world_write("odd", 0400, good[i], strlen(good[i]));
        struct hsm_uri *uri = world_uri("main;object=x", "odd");
        struct hsm *hsm = hsm_open(uri, NULL, NULL, NULL);
        assert_non_null(hsm);
        hsm_close(hsm);
        hsm_uri_free(uri);
    }
}

/* Asks nobody and finds no file: the sentence says where it stands with the descriptor. */
static void refuse_fd(const char *source, enum sti_code code, const char *sentence)
{
    char text[200];
    snprintf(text, sizeof(text),
             "pkcs11:token=main;object=x?module-path=" WORLD_MODULE "&pin-source=%s", source);
    struct sti_error err;
    sti_error_clear(&err);
    struct hsm_uri *uri = hsm_uri_parse(text, NULL, &err);
    assert_non_null(uri);
    refuse_open_with(uri, NULL, code, sentence);
}

/* A descriptor that a program started from here would inherit; its URI is a token's. */
static struct hsm_uri *fd_uri(int fd)
{
    char text[200];
    snprintf(text, sizeof(text),
             "pkcs11:token=main;object=x?module-path=" WORLD_MODULE "&pin-source=fd:%d", fd);
    struct hsm_uri *uri = hsm_uri_parse(text, NULL, NULL);
    assert_non_null(uri);
    return uri;
}

static void fill_pipe(int fd[2], const char *text)
{
    assert_int_equal(pipe(fd), 0);
    assert_int_equal(write(fd[1], text, strlen(text)), (ssize_t)strlen(text));
}

static void a_pin_is_read_from_a_descriptor(void **state)
{
    (void)state;
    int fd[2];
    /* One line each: a run that logs in twice finds the second one. */
    fill_pipe(fd, WORLD_PIN "\n" WORLD_PIN "\r\n\n12\n" WORLD_PIN);
    struct hsm_uri *uri = fd_uri(fd[0]);
    for (int i = 0; i < 2; i++) {
        struct hsm *hsm = hsm_open(uri, NULL, NULL, NULL);
        assert_non_null(hsm);
        hsm_close(hsm);
    }
    char sentence[100];
    snprintf(sentence, sizeof(sentence), "the first line of the file on descriptor %d is empty",
             fd[0]);
    world_list->C_Login = counting_login;
    logins = 0;
    refuse_open_with(fd_uri(fd[0]), NULL, STI_ENVIRONMENT, sentence);
    refuse_open_with(fd_uri(fd[0]), NULL, STI_ENVIRONMENT, "the PIN was not tried: token 'main'");
    assert_int_equal(logins, 0);
    close(fd[1]);
    struct hsm *hsm = hsm_open(uri, NULL, NULL, NULL); /* the last line needs no end */
    assert_non_null(hsm);
    hsm_close(hsm);
    snprintf(sentence, sizeof(sentence),
             "descriptor %d has no line left for the PIN of token 'main'; every login reads one "
             "line from it",
             fd[0]);
    refuse_open_with(fd_uri(fd[0]), NULL, STI_ENVIRONMENT, sentence);
    hsm_uri_free(uri);
    close(fd[0]);
}

static void descriptors_that_give_no_pin_are_refused(void **state)
{
    (void)state;
    world_list->C_Login = counting_login;
    logins = 0;
    refuse_fd("fd:987", STI_ENVIRONMENT,
              "the descriptor of pin-source=fd:987 was not handed to this process; start it with "
              "987<FILE, or correct pin-source");
    /* What the process opened itself under this number is no PIN. */
    int fd[2];
    assert_int_equal(pipe2(fd, O_CLOEXEC), 0);
    refuse_open_with(fd_uri(fd[0]), NULL, STI_ENVIRONMENT, "was not handed to this process");
    close(fd[0]);
    close(fd[1]);

    fill_pipe(fd, "");
    refuse_open_with(fd_uri(fd[1]), NULL, STI_ENVIRONMENT,
                     "the PIN cannot be read from descriptor");
    close(fd[0]);
    close(fd[1]);

    char longest[HSM_PIN_MAX + 2];
    memset(longest, '1', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    fill_pipe(fd, longest);
    close(fd[1]);
    refuse_open_with(fd_uri(fd[0]), NULL, STI_ENVIRONMENT, "is longer than a PIN can be (255)");
    close(fd[0]);

    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    int user = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    assert_true(user >= 0);
    refuse_open_with(fd_uri(user), NULL, STI_ENVIRONMENT,
                     "is a terminal, which shows what is typed; leave pin-source out to be asked");
    close(user);
    close(terminal);
    assert_int_equal(logins, 0);
}

/* A file on a descriptor is as secret as its mode says, unless it has no name. */
static void a_file_on_a_descriptor_is_checked(void **state)
{
    (void)state;
    char path[200];
    snprintf(path, sizeof(path), "%s/loose", world_directory);
    world_write("loose", 0644, WORLD_PIN "\n", sizeof(WORLD_PIN));
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    char sentence[120];
    snprintf(sentence, sizeof(sentence),
             "the file on descriptor %d is open to other users (mode 0644); run: chmod 600 FILE",
             fd);
    refuse_open_with(fd_uri(fd), NULL, STI_ENVIRONMENT, sentence);
    assert_int_equal(unlink(path), 0);
    struct hsm_uri *uri = fd_uri(fd);
    struct hsm *hsm = hsm_open(uri, NULL, NULL, NULL);
    assert_non_null(hsm);
    hsm_close(hsm);
    hsm_uri_free(uri);
    close(fd);
}

static void a_pin_file_of_another_user_is_refused(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip(); /* only root can give a file away */
    char path[200];
    snprintf(path, sizeof(path), "%s/theirs", world_directory);
    world_write("theirs", 0600, WORLD_PIN, sizeof(WORLD_PIN) - 1);
    assert_int_equal(chown(path, 65534, 65534), 0);
    refuse_open("main;object=x", "theirs",
                "belongs to another user (uid 65534), who can read and change it; put the PIN into "
                "a file of your own");
}

static bool ask_well(void *context, const char *token, char pin[HSM_PIN_MAX + 1],
                     struct sti_error *err)
{
    (void)err;
    assert_string_equal(token, "main");
    ++*(int *)context;
    strcpy(pin, WORLD_PIN);
    return true;
}

static bool ask_in_vain(void *context, const char *token, char pin[HSM_PIN_MAX + 1],
                        struct sti_error *err)
{
    (void)context, (void)token;
    strcpy(pin, WORLD_PIN);
    return sti_error_set(err, STI_USAGE, NULL, "nobody is there");
}

static bool ask_nothing(void *context, const char *token, char pin[HSM_PIN_MAX + 1],
                        struct sti_error *err)
{
    (void)context, (void)token, (void)err;
    pin[0] = '\0';
    return true;
}

static void a_person_is_asked(void **state)
{
    (void)state;
    int asked = 0;
    struct hsm_uri *uri = world_uri("main;object=x", NULL);
    struct hsm *hsm = hsm_open(uri, ask_well, &asked, NULL);
    assert_non_null(hsm);
    assert_int_equal(asked, 1);
    hsm_close(hsm);
    hsm_uri_free(uri);

    world_list->C_Login = counting_login;
    logins = 0;
    refuse_open_with(world_uri("main;object=x", NULL), ask_in_vain, STI_USAGE, "nobody is there");
    refuse_open_with(world_uri("main;object=x", NULL), ask_nothing, STI_ENVIRONMENT,
                     "the PIN for token 'main' is empty; it was not tried");
    refuse_open_with(world_uri("main;object=x", NULL), NULL, STI_USAGE,
                     "there is no PIN for token 'main'; put it in a file of mode 600 and add "
                     "pin-source=file:PATH behind the '?' of the URI");
    assert_int_equal(logins, 0);
}

static void tokens_are_found_by_label(void **state)
{
    (void)state;
    refuse_open("nowhere;object=x", "pin", "no token 'nowhere': the module " WORLD_MODULE " has '");
    refuse_open("nowhere;object=x", "pin", "'main'");
    refuse_open("nowhere;object=x", "pin",
                "; correct token= in the URI or check the module's configuration (for SoftHSM: "
                "SOFTHSM2_CONF)");
    refuse_open("twin;object=x", "pin", "2 tokens are labelled 'twin' (serial '");
    refuse_open("twin;object=x", "pin", "; add serial= to the URI to say which one is meant");
    refuse_open("no%20pin;object=x", "pin",
                "token 'no pin' has no user PIN yet; set one with the device's own tool");
}

/* RFC 7512 section 2.3: every attribute that is given must fit. */
static void tokens_are_narrowed_by_slot_and_library(void **state)
{
    (void)state;
    struct hsm *main_hsm = world_open();
    char slot[80];
    snprintf(slot, sizeof(slot), "main;object=x;slot-id=%lu", main_hsm->slot_id);
    hsm_close(main_hsm);
    const char *const good[] = {
        slot,
        "main;object=x;slot-manufacturer=SoftHSM%20project",
        "main;object=x;library-manufacturer=SoftHSM;library-version=2.6",
        "main;object=x;library-description=Implementation%20of%20PKCS11",
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct hsm_uri *uri = world_uri(good[i], "pin");
        struct hsm *hsm = hsm_open(uri, NULL, NULL, NULL);
        assert_non_null(hsm);
        hsm_close(hsm);
        hsm_uri_free(uri);
    }
    refuse_open("main;object=x;slot-id=1", "pin", "no token 'main' in this slot: the module ");
    refuse_open("main;object=x;slot-description=Elsewhere", "pin", "no token 'main' in this slot");
    refuse_open("main;object=x;slot-manufacturer=Nobody", "pin", "no token 'main' in this slot");
    static const char library[] =
        "the PKCS#11 module " WORLD_MODULE " is 'Implementation of PKCS11' of 'SoftHSM', version "
        "2.6, and not the one that library- attributes of the URI want; correct them or "
        "module-path";
    refuse_open("main;object=x;library-version=2.5", "pin", library);
    refuse_open("main;object=x;library-version=3.6", "pin", library);
    refuse_open("main;object=x;library-description=x", "pin", library);
    refuse_open("main;object=x;library-manufacturer=x", "pin", library);
}

static CK_RV same_serials(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
    CK_RV rv = world_original.C_GetTokenInfo(slot, info);
    memcpy(info->serialNumber, "0123456789abcdef", 16);
    return rv;
}

static void tokens_of_one_serial_are_told_apart_by_slot(void **state)
{
    (void)state;
    world_list->C_GetTokenInfo = same_serials;
    refuse_open("twin;object=x;serial=0123456789abcdef", "pin",
                "2 tokens are labelled 'twin' (slot '");
    refuse_open("twin;object=x;serial=0123456789abcdef", "pin",
                "; add slot-id= to the URI to say which one is meant");
}

static CK_FLAGS extra_flags;

static CK_RV flagged_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
    CK_RV rv = world_original.C_GetTokenInfo(slot, info);
    info->flags |= extra_flags;
    return rv;
}

static CK_RV locked_login(CK_SESSION_HANDLE session, CK_USER_TYPE user, unsigned char *pin,
                          CK_ULONG length)
{
    (void)session, (void)user, (void)pin, (void)length;
    logins++;
    return CKR_PIN_LOCKED;
}

static CK_RV failing_login(CK_SESSION_HANDLE session, CK_USER_TYPE user, unsigned char *pin,
                           CK_ULONG length)
{
    (void)session, (void)user, (void)pin, (void)length;
    logins++;
    return CKR_DEVICE_REMOVED;
}

static void the_last_try_is_not_spent(void **state)
{
    (void)state;
    world_list->C_GetTokenInfo = flagged_info;
    world_list->C_Login = counting_login;
    logins = 0;
    extra_flags = CKF_USER_PIN_LOCKED;
    refuse_open(
        "main;object=x", "pin",
        "the PIN of token 'main' is locked after too many wrong tries; the security officer "
        "must set a new one");
    extra_flags = CKF_USER_PIN_FINAL_TRY;
    refuse_open(
        "main;object=x", "pin",
        "the PIN of token 'main' has one try left before it locks, which is not spent here; "
        "log in once with the device's own tool, then try again");
    assert_int_equal(logins, 0);
    extra_flags = CKF_USER_PIN_COUNT_LOW;
    world_list->C_Login = locked_login;
    refuse_open("main;object=x", "pin",
                "the PIN of token 'main' is locked: CKR_PIN_LOCKED (0xa4); the security officer");
    world_list->C_Login = failing_login;
    refuse_open(
        "main;object=x", "pin",
        "the login to token 'main' failed: C_Login: CKR_DEVICE_REMOVED (0x32); it was tried once");
    assert_int_equal(logins, 2);
}

static int asked_yes;
static bool says_yes;

static bool ask_yes(void *context, const char *token, struct sti_error *err)
{
    assert_ptr_equal(context, &asked_yes);
    assert_string_equal(token, "main");
    asked_yes++;
    return says_yes || sti_fail(err, "nobody says yes");
}

static void a_person_may_spend_the_last_try(void **state)
{
    (void)state;
    const struct hsm_person person = {.last_try = ask_yes, .context = &asked_yes};
    struct sti_error err;
    world_list->C_GetTokenInfo = flagged_info;
    world_list->C_Login = counting_login;
    extra_flags = CKF_USER_PIN_FINAL_TRY;
    logins = 0;
    asked_yes = 0;
    says_yes = false;
    struct hsm_uri *uri = world_uri("main;object=x", "pin");
    assert_null(hsm_open_with(uri, &person, &err));
    world_check(&err, STI_ENVIRONMENT, "nobody says yes");
    assert_int_equal(logins, 0);
    says_yes = true;
    struct hsm *hsm = hsm_open_with(uri, &person, &err);
    assert_non_null(hsm);
    hsm_close(hsm);
    assert_int_equal(logins, 1);
    assert_int_equal(asked_yes, 2);
    /* With tries left nobody is asked. */
    extra_flags = CKF_USER_PIN_COUNT_LOW;
    hsm = hsm_open_with(uri, &person, &err);
    assert_non_null(hsm);
    hsm_close(hsm);
    assert_int_equal(asked_yes, 2);
    hsm_uri_free(uri);
    /* A look is no try, and says what a login would meet. */
    struct hsm_token_info info;
    extra_flags = CKF_USER_PIN_FINAL_TRY;
    uri = world_uri("main;object=x", NULL);
    assert_false(hsm_probe(uri, &info, &err));
    world_check(&err, STI_ENVIRONMENT, "has one try left before it locks, which is not spent here");
    hsm_uri_free(uri);
}

static int told;
static bool telling_works;

static bool tell_pad(void *context, const char *token, struct sti_error *err)
{
    assert_ptr_equal(context, &told);
    assert_string_equal(token, "main");
    assert_int_equal(logins, 0); /* before the token waits */
    told++;
    return telling_works || sti_fail(err, "nobody can be told");
}

/* What the person types there. */
static const char *typed_on_pad;

static CK_RV pad_login(CK_SESSION_HANDLE session, CK_USER_TYPE user, unsigned char *pin,
                       CK_ULONG length)
{
    logins++;
    assert_null(pin);
    assert_int_equal(length, 0);
    return world_original.C_Login(session, user, (unsigned char *)typed_on_pad,
                                  strlen(typed_on_pad));
}

static bool ask_never(void *context, const char *token, char pin[HSM_PIN_MAX + 1],
                      struct sti_error *err)
{
    (void)context, (void)token, (void)pin, (void)err;
    fail_msg("the PIN was asked for");
    return false;
}

/* CKF_PROTECTED_AUTHENTICATION_PATH: C_Login gets NULL_PTR for the PIN, and nobody is asked. */
static void a_pin_pad_is_honoured(void **state)
{
    (void)state;
    const struct hsm_person person = {.pin = ask_never, .pin_pad = tell_pad, .context = &told};
    struct sti_error err;
    world_list->C_GetTokenInfo = flagged_info;
    world_list->C_Login = pad_login;
    extra_flags = CKF_PROTECTED_AUTHENTICATION_PATH;
    typed_on_pad = WORLD_PIN;
    logins = 0;
    told = 0;
    telling_works = false;
    struct hsm_uri *uri = world_uri("main;object=pad;id=%61", NULL);
    assert_null(hsm_open_with(uri, &person, &err));
    world_check(&err, STI_ENVIRONMENT, "nobody can be told");
    assert_int_equal(logins, 0);
    telling_works = true;
    struct hsm *hsm = hsm_open_with(uri, &person, &err);
    assert_non_null(hsm);
    assert_int_equal(logins, 1);
    assert_int_equal(told, 2);
    assert_true(hsm_key_generate(hsm, uri, &err)); /* libp11 knows of the login */
    struct hsm_token_info info;
    hsm_token_info(hsm, &info);
    assert_true(info.pin_pad);
    hsm_close(hsm);
    /* With nobody to tell, the token tells for itself. */
    hsm = hsm_open(uri, NULL, NULL, &err);
    assert_non_null(hsm);
    hsm_close(hsm);
    typed_on_pad = "wrong-1234";
    logins = 0;
    assert_null(hsm_open_with(uri, &person, &err));
    world_check(&err, STI_ENVIRONMENT, "the PIN of token 'main' was refused: CKR_PIN_INCORRECT");
    assert_int_equal(logins, 1);
    hsm_uri_free(uri);
}

static void a_pin_pad_and_a_pin_source_do_not_go_together(void **state)
{
    (void)state;
    static const char sentence[] =
        "token 'main' takes its PIN on its own PIN pad, so pin-source is "
        "not for it; remove pin-source from the URI";
    world_list->C_GetTokenInfo = flagged_info;
    world_list->C_Login = pad_login;
    extra_flags = CKF_PROTECTED_AUTHENTICATION_PATH;
    logins = 0;
    refuse_open_with(world_uri("main;object=x", "pin"), NULL, STI_USAGE, sentence);
    int fd[2];
    fill_pipe(fd, WORLD_PIN "\n");
    refuse_open_with(fd_uri(fd[0]), NULL, STI_USAGE, sentence);
    close(fd[0]);
    close(fd[1]);
    assert_int_equal(logins, 0);
}

static void the_token_can_be_described(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    struct hsm_token_info info;
    hsm_token_info(hsm, &info);
    assert_string_equal(info.label, "main");
    assert_string_equal(info.manufacturer, "SoftHSM project");
    assert_string_equal(info.model, "SoftHSM v2");
    assert_int_equal(strlen(info.serial), 16);
    hsm_close(hsm);
    hsm_close(NULL);

    /* The same three narrow the choice of a token. */
    char path[200];
    snprintf(path, sizeof(path), "main;object=x;serial=%s;model=SoftHSM%%20v2", info.serial);
    struct hsm_uri *uri = world_uri(path, "pin");
    hsm = hsm_open(uri, NULL, NULL, NULL);
    assert_non_null(hsm);
    hsm_close(hsm);
    hsm_uri_free(uri);
    refuse_open("main;object=x;serial=0", "pin",
                "no token 'main' with this manufacturer, model and serial: the module");
}

/* A look at the token: no PIN is asked for, nobody is logged in, the module is free afterwards. */
static void a_token_is_probed_without_a_login(void **state)
{
    (void)state;
    struct hsm_token_info info;
    struct sti_error err;
    world_list->C_Login = counting_login;
    logins = 0;
    struct hsm_uri *uri = world_uri("main;object=x", "nowhere");
    assert_true(hsm_probe(uri, &info, &err));
    assert_string_equal(info.label, "main");
    assert_true(hsm_probe(uri, &info, &err));
    hsm_uri_free(uri);
    assert_int_equal(logins, 0);
    uri = world_uri("nobody;object=x", "pin");
    assert_false(hsm_probe(uri, &info, &err));
    world_check(&err, STI_ENVIRONMENT, "no token 'nobody': the module");
    hsm_uri_free(uri);
}

/* ---- nothing hangs ---- */

static CK_RV no_session(CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify,
                        CK_SESSION_HANDLE *session)
{
    (void)slot, (void)flags, (void)application, (void)notify, (void)session;
    return CKR_DEVICE_ERROR;
}

static void a_failing_session_does_not_hang(void **state)
{
    (void)state;
    world_list->C_OpenSession = no_session;
    refuse_open("main;object=x", "pin",
                "token 'main' does not open a read/write session: CKR_DEVICE_ERROR (0x30); check "
                "the device and whether another program holds it");
    *world_list = world_original;
    hsm_close(world_open());
}

static void closing_a_dead_device_does_not_hang(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    world_list->C_OpenSession = no_session;
    hsm_close(hsm);
}

static void a_wrong_configuration_does_not_hang(void **state)
{
    (void)state;
    char path[200];
    snprintf(path, sizeof(path), "%s/missing.conf", world_directory);
    assert_int_equal(setenv("SOFTHSM2_CONF", path, 1), 0);
    refuse_open("main;object=x", "pin", "(for SoftHSM: ");
    /* Unset: whatever the machine's own SoftHSM holds, it has not this token. */
    assert_int_equal(unsetenv("SOFTHSM2_CONF"), 0);
    refuse_open("never%20made;object=x", "pin", "(for SoftHSM: ");
    /* A token directory that is not there. */
    snprintf(path, sizeof(path), "%s/other.conf", world_directory);
    world_write("other.conf", 0600, "directories.tokendir = /nonexistent/tokens\n", 43);
    assert_int_equal(setenv("SOFTHSM2_CONF", path, 1), 0);
    refuse_open("main;object=x", "pin", "(for SoftHSM: ");
    assert_int_equal(world_configure(), 0);
    hsm_close(world_open());
}

static void a_wrong_module_does_not_hang(void **state)
{
    (void)state;
    struct hsm_uri *uri =
        hsm_uri_parse("pkcs11:token=main;object=x?module-path=/nonexistent.so", NULL, NULL);
    refuse_open_with(uri, NULL, STI_ENVIRONMENT,
                     "the PKCS#11 module cannot be loaded: /nonexistent.so: cannot open shared "
                     "object file: No such file or directory; correct module-path");
    uri = hsm_uri_parse("pkcs11:token=main;object=x?module-path=libcrypto.so.3", NULL, NULL);
    refuse_open_with(uri, NULL, STI_ENVIRONMENT,
                     "libcrypto.so.3 is not a PKCS#11 module; correct module-path");
}

static void a_module_is_opened_once(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    refuse_open("main;object=x", "pin",
                "the PKCS#11 module " WORLD_MODULE
                " is already open in this process or in the one that it is a child of; close it "
                "first");
    struct hsm_uri *uri = world_uri("main;object=alive;id=%60", NULL);
    assert_true(hsm_key_generate(hsm, uri, NULL));
    hsm_uri_free(uri);
    hsm_close(hsm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_wrong_pin_is_tried_once),
        TEST(a_pin_file_is_checked),
        TEST(a_pin_is_read_from_a_descriptor),
        TEST(descriptors_that_give_no_pin_are_refused),
        TEST(a_file_on_a_descriptor_is_checked),
        TEST(a_pin_file_of_another_user_is_refused),
        TEST(a_person_is_asked),
        TEST(tokens_are_found_by_label),
        TEST(tokens_are_narrowed_by_slot_and_library),
        TEST(tokens_of_one_serial_are_told_apart_by_slot),
        TEST(the_last_try_is_not_spent),
        TEST(a_person_may_spend_the_last_try),
        TEST(a_pin_pad_is_honoured),
        TEST(a_pin_pad_and_a_pin_source_do_not_go_together),
        TEST(the_token_can_be_described),
        TEST(a_token_is_probed_without_a_login),
        TEST(a_failing_session_does_not_hang),
        TEST(closing_a_dead_device_does_not_hang),
        TEST(a_wrong_configuration_does_not_hang),
        TEST(a_wrong_module_does_not_hang),
        TEST(a_module_is_opened_once),
    };
    return cmocka_run_group_tests(tests, world_make, world_remove);
}
