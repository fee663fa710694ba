/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <ftw.h>
#include <openssl/err.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test_hsm_world.h"

#define SO_PIN "so-12345678"

char world_directory[TEST_FOLDER_SIZE];
CK_FUNCTION_LIST *world_list;
CK_FUNCTION_LIST world_original;

static char configuration[128];
static void *module;

void world_write(const char *name, mode_t mode, const char *text, size_t length)
{
    char path[200];
    snprintf(path, sizeof(path), "%s/%s", world_directory, name);
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, length), (ssize_t)length);
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static CK_SLOT_ID free_slot(void)
{
    CK_SLOT_ID slots[32];
    CK_ULONG count = 32;
    assert_int_equal(world_list->C_GetSlotList(CK_TRUE, NULL, &count), CKR_OK);
    count = 32;
    assert_int_equal(world_list->C_GetSlotList(CK_TRUE, slots, &count), CKR_OK);
    for (CK_ULONG i = 0; i < count; i++) {
        CK_TOKEN_INFO info;
        assert_int_equal(world_list->C_GetTokenInfo(slots[i], &info), CKR_OK);
        if ((info.flags & CKF_TOKEN_INITIALIZED) == 0)
            return slots[i];
    }
    fail_msg("SoftHSM shows no free slot");
    return 0;
}

/* Makes a token; with_pin false leaves it without a user PIN. */
static void make_token(const char *label, bool with_pin)
{
    unsigned char padded[32];
    memset(padded, ' ', sizeof(padded));
    memcpy(padded, label, strlen(label));
    CK_SLOT_ID slot = free_slot();
    assert_int_equal(world_list->C_InitToken(slot, (unsigned char *)SO_PIN, strlen(SO_PIN), padded),
                     CKR_OK);
    if (!with_pin)
        return;
    CK_SESSION_HANDLE session = 0;
    assert_int_equal(
        world_list->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session),
        CKR_OK);
    assert_int_equal(world_list->C_Login(session, CKU_SO, (unsigned char *)SO_PIN, strlen(SO_PIN)),
                     CKR_OK);
    assert_int_equal(world_list->C_InitPIN(session, (unsigned char *)WORLD_PIN, strlen(WORLD_PIN)),
                     CKR_OK);
    assert_int_equal(world_list->C_CloseSession(session), CKR_OK);
}

int world_make(void **state)
{
    (void)state;
    module = dlopen(WORLD_MODULE, RTLD_NOW | RTLD_LOCAL);
    assert_non_null(module);
    CK_C_GetFunctionList get = (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList");
    assert_non_null(get);
    assert_int_equal(get(&world_list), CKR_OK);
    world_original = *world_list;
    assert_true(test_folder_make(world_directory, "test-hsm"));
    char text[300];
    snprintf(text, sizeof(text), "%s/tokens", world_directory);
    assert_int_equal(mkdir(text, 0700), 0);
    int length = snprintf(text, sizeof(text),
                          "directories.tokendir = %s/tokens\nobjectstore.backend = file\n"
                          "log.level = ERROR\n",
                          world_directory);
    world_write("softhsm2.conf", 0600, text, (size_t)length);
    world_write("pin", 0600, WORLD_PIN "\n", strlen(WORLD_PIN) + 1);
    snprintf(configuration, sizeof(configuration), "%s/softhsm2.conf", world_directory);
    assert_int_equal(world_configure(), 0);
    assert_int_equal(world_list->C_Initialize(NULL), CKR_OK);
    make_token("main", true);
    make_token("twin", true);
    make_token("twin", true);
    make_token("no pin", false);
    assert_int_equal(world_list->C_Finalize(NULL), CKR_OK);
    return 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
    (void)status;
    (void)type;
    (void)ftw;
    return remove(path);
}

int world_remove(void **state)
{
    (void)state;
    if (module != NULL)
        dlclose(module);
    return nftw(world_directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int world_configure(void)
{
    return setenv("SOFTHSM2_CONF", configuration, 1);
}

int world_start(void **state)
{
    (void)state;
    alarm(30);
    ERR_clear_error();
    return world_configure();
}

int world_finish(void **state)
{
    (void)state;
    alarm(0);
    *world_list = world_original;
    world_list->C_Finalize(NULL); /* a test that failed may have left the module open */
    return 0;
}

struct hsm_uri *world_uri(const char *path, const char *pin_file)
{
    char text[400];
    snprintf(text, sizeof(text), "pkcs11:token=%s?module-path=" WORLD_MODULE "%s%s", path,
             pin_file == NULL ? "" : "&pin-source=file:", pin_file == NULL ? "" : pin_file);
    struct sti_error err;
    sti_error_clear(&err);
    struct hsm_uri *uri = hsm_uri_parse(text, world_directory, &err);
    if (uri == NULL)
        print_error("%s\n", err.sentence);
    assert_non_null(uri);
    return uri;
}

struct hsm *world_open(void)
{
    struct sti_error err;
    sti_error_clear(&err);
    struct hsm_uri *uri = world_uri("main;object=any", "pin");
    struct hsm *hsm = hsm_open(uri, NULL, NULL, &err);
    if (hsm == NULL)
        print_error("%s\n", err.sentence);
    assert_non_null(hsm);
    hsm_uri_free(uri);
    return hsm;
}

void world_check(const struct sti_error *err, enum sti_code code, const char *sentence)
{
    if (strstr(err->sentence, sentence) == NULL)
        print_error("the sentence is: %s\n", err->sentence);
    assert_non_null(strstr(err->sentence, sentence));
    assert_int_equal(err->code, code);
    /* A library's error queue must not surface in an unrelated message later. */
    assert_int_equal(ERR_peek_error(), 0);
}
