/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger says after something was minted, or not. */
#ifndef TEST_MINT_KIT_H
#define TEST_MINT_KIT_H

#include <stddef.h>

#include "ledger.h"

/* How many rows there are, and of the last its state, and its reason or "". */
struct kit_rows {
    size_t count;
    enum ledger_state state;
    char reason[400];
};

/* False if the ledger cannot be read. */
bool kit_rows_read(struct ledger *ledger, struct kit_rows *rows);

#endif
