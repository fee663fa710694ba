/* SPDX-License-Identifier: Apache-2.0 */
/* The body of an entry, read: strictly, so that one value has one body. */
#include <string.h>

#include "dcbor.h"
#include "ledger_entry.h"

static bool read_string(struct dcbor_reader *reader, const struct entry_key_rule *rule,
                        struct entry_value *value, struct sti_error *err)
{
    struct dcbor_item item;
    size_t least = (size_t)rule->least;
    size_t most = (size_t)rule->most;
    if (rule->form == FORM_WORD ? !dcbor_text(reader, rule->name, least, most, &item, err)
                                : !dcbor_bytes(reader, rule->name, least, most, &item, err))
        return false;
    if (rule->form == FORM_TEXT && item.length > 0 &&
        memchr(item.octets, '\0', item.length) != NULL)
        return sti_refuse(err, NULL, "%s has an octet 00, which no text has", rule->name);
    value->octets = item.octets;
    value->length = item.length;
    return true;
}

static bool read_value(struct dcbor_reader *reader, int64_t key, struct ledger_entry *entry,
                       struct sti_error *err)
{
    const struct entry_key_rule *rule = entry_key_rule((enum entry_key)key);
    struct entry_value *value = &entry->values[key];
    value->there = true;
    if (rule->form != FORM_NUMBER)
        return read_string(reader, rule, value, err);
    return dcbor_int(reader, rule->name, rule->least, rule->most, &value->number, err);
}

bool entry_read(struct ledger_entry *entry, const uint8_t *body, size_t length,
                struct sti_error *err)
{
    struct dcbor_reader reader = {body, length, 0, 0};
    struct dcbor_map map;
    memset(entry, 0, sizeof(*entry));
    if (!dcbor_map(&reader, "the entry", 1, KEYS, &map, err))
        return false;
    while (map.left > 0) {
        struct dcbor_item key;
        if (!dcbor_map_key(&reader, &map, &key, err))
            return false;
        if (key.kind != DCBOR_INT || key.value < 0 || key.value >= KEYS)
            return sti_refuse(err, NULL, "the entry has a key that is not known");
        if (!read_value(&reader, key.value, entry, err))
            return false;
    }
    entry->event = (enum ledger_event)entry->values[KEY_EVENT].number;
    return dcbor_end(&reader, "the entry", err) && entry_check(entry, err);
}
