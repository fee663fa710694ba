/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a token of a PKCS#11 module for the tests: a label, a security officer, a user PIN. */
#include <stdio.h>
#include <string.h>

#include "p11.h"

/* The first is what a new token of opencryptoki has, and must not keep. */
static unsigned char first_so_pin[] = "87654321";
static unsigned char so_pin[] = "11223344";
#define SO_PIN_LENGTH 8

/* Sets the user's PIN as the security officer. */
static void set_pin(CK_FUNCTION_LIST *p11, CK_SLOT_ID slot, const char *pin_file)
{
    unsigned char pin[P11_PIN_MAX];
    CK_ULONG length = p11_pin(pin_file, pin);
    CK_SESSION_HANDLE session = p11_session(p11, slot);
    p11_check(p11->C_Login(session, CKU_SO, first_so_pin, SO_PIN_LENGTH), "C_Login");
    CK_TOKEN_INFO info;
    p11_check(p11->C_GetTokenInfo(slot, &info), "C_GetTokenInfo");
    if ((info.flags & CKF_SO_PIN_TO_BE_CHANGED) != 0) {
        p11_check(p11->C_SetPIN(session, first_so_pin, SO_PIN_LENGTH, so_pin, SO_PIN_LENGTH),
                  "C_SetPIN");
        p11_check(p11->C_Logout(session), "C_Logout");
        p11_check(p11->C_Login(session, CKU_SO, so_pin, SO_PIN_LENGTH), "C_Login");
    }
    p11_check(p11->C_InitPIN(session, pin, length), "C_InitPIN");
    p11_check(p11->C_Logout(session), "C_Logout");
    p11_check(p11->C_CloseSession(session), "C_CloseSession");
}

int main(int argc, char **argv)
{
    unsigned char label[32];
    if (argc != 4 || strlen(argv[2]) > sizeof(label)) {
        fputs("Usage: token_init MODULE LABEL PIN-FILE\n", stderr);
        return 2;
    }
    memset(label, ' ', sizeof(label));
    memcpy(label, argv[2], strlen(argv[2]));
    CK_FUNCTION_LIST *p11 = p11_load(argv[1], NULL);
    CK_TOKEN_INFO info;
    CK_SLOT_ID slot = p11_slot(p11, NULL, &info);
    p11_check(p11->C_InitToken(slot, first_so_pin, SO_PIN_LENGTH, label), "C_InitToken");
    /* A module may show a new token in another slot. */
    set_pin(p11, p11_slot(p11, argv[2], &info), argv[3]);
    p11_check(p11->C_Finalize(NULL), "C_Finalize");
    return 0;
}
