/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The world of the HSM tests: SoftHSM in a private directory, with the tokens `main`, `twin` twice
 * and `no pin`. Faults of a device are played by replacing single functions in the module's own
 * function list, which libp11 and the room under test both call.
 */
#ifndef TEST_HSM_WORLD_H
#define TEST_HSM_WORLD_H

#include <sys/types.h>

#include "hsm_internal.h"
#include "test_folder.h"

#define WORLD_MODULE "/usr/lib/softhsm/libsofthsm2.so"
#define WORLD_PIN "user-1234"

extern char world_directory[TEST_FOLDER_SIZE];
extern CK_FUNCTION_LIST *world_list;    /* the module's own, patched by tests */
extern CK_FUNCTION_LIST world_original; /* as the module made it */

/* Group set-up and tear-down. */
int world_make(void **state);
int world_remove(void **state);

/* Set-up and tear-down of every test: it must end by itself, and finds the world as it was made. */
int world_start(void **state);
int world_finish(void **state);
#define TEST(function) cmocka_unit_test_setup_teardown(function, world_start, world_finish)

/* Makes SOFTHSM2_CONF name the world's configuration again. */
int world_configure(void);

/* Writes a file in the directory; replaces the one that is there. */
void world_write(const char *name, mode_t mode, const char *text, size_t length);

/* A URI from `token;object=..;id=..` and the name of the PIN file; NULL: no pin-source. */
struct hsm_uri *world_uri(const char *path, const char *pin_file);

/* Opens the token `main`. */
struct hsm *world_open(void);

/* Checks what a refusal says, and that it left nothing in OpenSSL's error queue. */
void world_check(const struct sti_error *err, enum sti_code code, const char *sentence);

#endif
