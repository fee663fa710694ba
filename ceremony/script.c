/* SPDX-License-Identifier: Apache-2.0 */
#include "script.h"

#include <stdio.h>

void script_hex(const uint8_t digest[PLAN_DIGEST_OCTETS], char text[SCRIPT_HEX_TEXT])
{
    for (size_t i = 0; i < PLAN_DIGEST_OCTETS; i++)
        snprintf(text + 2 * i, 3, "%02X", digest[i]);
}

const char *script_blank(enum plan_action action)
{
    switch (action) {
    case PLAN_CLOCK:
        return "the clock of the machine";
    case PLAN_HSM:
        return "serial number on the HSM";
    case PLAN_END:
        return "last entry of the transcript, first four words";
    case PLAN_CONFIRM:
    case PLAN_SIGN:
    case PLAN_DESTROY:
        break;
    }
    return NULL;
}
