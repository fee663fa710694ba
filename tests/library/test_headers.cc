// SPDX-License-Identifier: Apache-2.0
// The public headers compile as C++, and the library links with it.
#include "jwt_claim_constraints.h"
#include "tnauthlist.h"
#include "tnauthlist_stream.h"
#include "tnset.h"

#include <cstdio>
#include <cstring>

int main()
{
    const unsigned char der[] = {0x30, 0x08, 0xa0, 0x06, 0x16, 0x04, '7', '0', '9', 'J'};
    tnauthlist list;
    sti_error err;
    if (!tnauthlist_decode(&list, der, sizeof(der), nullptr, &err))
        return 1;
    char text[TNAUTHLIST_ENTRY_TEXT];
    tnauthlist_entry_text(&list, 0, text, sizeof(text));
    tnset set;
    bool ok = tnset_build(&set, &list, 1, &err) && std::strcmp(text, "SPC:709J") == 0;
    tnset_free(&set);
    tnauthlist_free(&list);
    const unsigned char claims[] = {0x30, 0x09, 0xa0, 0x07, 0x30, 0x05, 0x16, 0x03, 'f', 'o', 'o'};
    jwt_claim_constraints constraints;
    ok = jwt_claim_constraints_decode(&constraints, JWT_CLAIM_CONSTRAINTS, claims, sizeof(claims),
                                      &err) &&
         constraints.count == 1 && ok;
    jwt_claim_constraints_free(&constraints);
    std::puts(ok ? "ok" : "FAILED");
    return ok ? 0 : 1;
}
