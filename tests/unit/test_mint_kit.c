/* SPDX-License-Identifier: Apache-2.0 */
#include "test_mint_kit.h"

#include <stdio.h>

static bool note(void *context, const struct ledger_record *record, struct sti_error *err)
{
    struct kit_rows *rows = context;
    (void)err;
    rows->count++;
    rows->state = record->state;
    snprintf(rows->reason, sizeof(rows->reason), "%s",
             record->reason == NULL ? "" : record->reason);
    return true;
}

bool kit_rows_read(struct ledger *ledger, struct kit_rows *rows)
{
    *rows = (struct kit_rows){.count = 0};
    return ledger_list(ledger, note, rows, NULL);
}
