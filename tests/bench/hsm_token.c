/* SPDX-License-Identifier: Apache-2.0 */
#include "hsm_token.h"

#include <dlfcn.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../tools/p11.h"
#include "bench.h"
#include "commands.h"

#define MODULE "/usr/lib/softhsm/libsofthsm2.so"
#define LABEL "bench"

/* ---- the folder ---- */

static char folder[] = "/tmp/bench-hsm-XXXXXX";

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static void leave_folder(void)
{
    if (chdir("/") == 0)
        (void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    bench_require(file != NULL, "a file cannot be made");
    fputs(text, file);
    bench_require(fclose(file) == 0, "a file cannot be written");
}

/* A new, empty SoftHSM in it; token_init makes the token in a process of its own. */
static void make_softhsm(void)
{
    static const struct command init = {
        "token_init", NULL, {TOKEN_INIT, MODULE, LABEL, "pin", NULL}};
    char text[200];
    bench_require(access(MODULE, R_OK) == 0, MODULE " is not here; install the package softhsm2");
    bench_require(mkdtemp(folder) != NULL && chdir(folder) == 0, "no folder under /tmp");
    atexit(leave_folder);
    /* A folder of its own: SoftHSM takes every folder beside a token for one, and writes to it. */
    bench_require(mkdir("tokens", 0700) == 0, "no folder for tokens");
    snprintf(text, sizeof(text), "directories.tokendir = %s/tokens\nobjectstore.backend = file\n",
             folder);
    write_file("softhsm2.conf", text);
    write_file("pin", "24681357\n");
    bench_require(chmod("pin", 0600) == 0, "the PIN's file cannot be protected");
    snprintf(text, sizeof(text), "%s/softhsm2.conf", folder);
    bench_require(setenv("SOFTHSM2_CONF", text, 1) == 0, "no memory");
    command_run(&init, "/dev/null");
}

/* ---- the token ---- */

static void require(bool holds, const struct sti_error *err)
{
    bench_require(holds, err->sentence);
}

/* The module that hsm_open() has loaded and initialised. */
static CK_FUNCTION_LIST *module_functions(void)
{
    CK_FUNCTION_LIST *p11 = NULL;
    void *module = dlopen(MODULE, RTLD_NOW | RTLD_LOCAL);
    bench_require(module != NULL, "the module cannot be loaded");
    CK_C_GetFunctionList get = (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList");
    bench_require(get != NULL && get(&p11) == CKR_OK, "the module has no functions");
    return p11;
}

void hsm_token_make(struct hsm_token *token)
{
    struct sti_error err;
    CK_TOKEN_INFO info;
    sti_error_clear(&err);
    make_softhsm();
    token->uri = hsm_uri_parse("pkcs11:token=" LABEL ";object=key;id=%01?module-path=" MODULE
                               "&pin-source=file:pin",
                               folder, &err);
    require(token->uri != NULL, &err);
    token->hsm = hsm_open(token->uri, NULL, NULL, &err);
    require(token->hsm != NULL, &err);
    require(hsm_key_generate(token->hsm, token->uri, &err), &err);
    token->p11 = module_functions();
    token->slot = p11_slot(token->p11, LABEL, &info);
}

void hsm_token_close(struct hsm_token *token)
{
    hsm_close(token->hsm);
    hsm_uri_free(token->uri);
}

CK_SESSION_HANDLE hsm_token_session(const struct hsm_token *token, CK_OBJECT_HANDLE *key)
{
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE wanted = {CKA_CLASS, &class, sizeof(class)};
    CK_ULONG count = 0;
    CK_SESSION_HANDLE session = p11_session(token->p11, token->slot);
    p11_check(token->p11->C_FindObjectsInit(session, &wanted, 1), "C_FindObjectsInit");
    p11_check(token->p11->C_FindObjects(session, key, 1, &count), "C_FindObjects");
    p11_check(token->p11->C_FindObjectsFinal(session), "C_FindObjectsFinal");
    bench_require(count == 1, "the key is not found");
    return session;
}
