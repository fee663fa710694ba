/* SPDX-License-Identifier: Apache-2.0 */
/* What an entry may hold, kind by kind, and the writing of its body. */
#include "ledger_entry.h"

#include <stdlib.h>
#include <string.h>

#include "dcbor.h"

/* SQLite holds no more in one value. */
#define LONGEST 1000000000
#define TEXT_LONGEST 65535

static const struct entry_key_rule keys[KEYS] = {
    [KEY_EVENT] = {"event", FORM_NUMBER, 1, EVENTS - 1},
    [KEY_TIME] = {"time", FORM_NUMBER, INT64_MIN, INT64_MAX},
    [KEY_SERIAL] = {"serial", FORM_WORD, 2, 40},
    [KEY_KIND] = {"kind", FORM_WORD, 1, 20},
    [KEY_SUBJECT] = {"subject", FORM_TEXT, 0, LONGEST},
    [KEY_JTI] = {"jti", FORM_TEXT, 1, LONGEST},
    [KEY_SIGNER] = {"signer", FORM_OCTETS, 32, 32},
    [KEY_TOKEN_LIMIT] = {"token_limit", FORM_NUMBER, INT64_MIN, INT64_MAX},
    [KEY_TBS_DIGEST] = {"tbs_sha256", FORM_OCTETS, 32, 32},
    [KEY_SPKI] = {"spki_sha256", FORM_OCTETS, 32, 32},
    [KEY_HOLDER] = {"holder", FORM_OCTETS, 32, 32},
    [KEY_PROFILE] = {"profile", FORM_TEXT, 1, TEXT_LONGEST},
    [KEY_NOTE] = {"note", FORM_TEXT, 1, LONGEST},
    [KEY_WAIVERS] = {"waivers", FORM_TEXT, 1, LONGEST},
    [KEY_HSM] = {"hsm", FORM_TEXT, 1, TEXT_LONGEST},
    [KEY_OUT] = {"out", FORM_TEXT, 1, TEXT_LONGEST},
    [KEY_VERDICT] = {"verdict", FORM_NUMBER, 1, INT64_MAX},
    [KEY_REASON] = {"reason", FORM_TEXT, 0, LONGEST},
    [KEY_CERTIFICATE] = {"certificate", FORM_OCTETS, 1, LONGEST},
    [KEY_LIST] = {"list", FORM_OCTETS, 1, LONGEST},
    [KEY_REQUEST] = {"request", FORM_TEXT, 1, TEXT_LONGEST},
    [KEY_CSR_DIGEST] = {"csr_sha256", FORM_OCTETS, 32, 32},
    [KEY_TOKEN_DIGEST] = {"token_sha256", FORM_OCTETS, 32, 32},
    [KEY_LIST_DIGEST] = {"list_sha256", FORM_OCTETS, 32, 32},
    [KEY_ACCEPTED] = {"accepted", FORM_NUMBER, 0, 1},
    [KEY_CHECK] = {"check", FORM_TEXT, 1, TEXT_LONGEST},
    [KEY_REASON_CODE] = {"reason_code", FORM_NUMBER, 0, 10},
    [KEY_DATE] = {"date", FORM_NUMBER, INT64_MIN, INT64_MAX},
    [KEY_SCOPE] = {"scope", FORM_TEXT, 1, TEXT_LONGEST},
    [KEY_CRL_NUMBER] = {"crl_number", FORM_OCTETS, 1, 20},
    [KEY_CRL] = {"crl", FORM_OCTETS, 1, LONGEST},
    [KEY_THIS_UPDATE] = {"this_update", FORM_NUMBER, INT64_MIN, INT64_MAX},
    [KEY_NEXT_UPDATE] = {"next_update", FORM_NUMBER, INT64_MIN, INT64_MAX},
    [KEY_FORMAT] = {"format", FORM_NUMBER, 1, 1000000},
    [KEY_LEDGER_ID] = {"ledger_id", FORM_OCTETS, 16, 16},
    [KEY_MARK_NUMBER] = {"mark_number", FORM_NUMBER, 1, INT64_MAX},
    [KEY_MARK_HASH] = {"mark_hash", FORM_OCTETS, 32, 32},
};

#define BIT(key) (UINT64_C(1) << (key))

/* Every entry has an event and a time. */
static const struct {
    const char *name;
    uint64_t wanted;
    uint64_t allowed; /* besides */
} events[EVENTS] = {
    [EVENT_CREATED] = {"created", BIT(KEY_FORMAT) | BIT(KEY_LEDGER_ID), 0},
    [EVENT_MIGRATED] = {"migrated", BIT(KEY_FORMAT) | BIT(KEY_LEDGER_ID), 0},
    [EVENT_VERDICT] = {"verdict", BIT(KEY_REQUEST) | BIT(KEY_ACCEPTED),
                       BIT(KEY_CSR_DIGEST) | BIT(KEY_TOKEN_DIGEST) | BIT(KEY_LIST_DIGEST) |
                           BIT(KEY_PROFILE) | BIT(KEY_CHECK) | BIT(KEY_REASON) | BIT(KEY_NOTE)},
    /* A format is that of an older row, which may lack signer, key and holder. */
    [EVENT_INTENT] = {"intent",
                      BIT(KEY_SERIAL) | BIT(KEY_KIND) | BIT(KEY_SUBJECT) | BIT(KEY_TBS_DIGEST),
                      BIT(KEY_JTI) | BIT(KEY_SIGNER) | BIT(KEY_TOKEN_LIMIT) | BIT(KEY_SPKI) |
                          BIT(KEY_HOLDER) | BIT(KEY_PROFILE) | BIT(KEY_NOTE) | BIT(KEY_WAIVERS) |
                          BIT(KEY_HSM) | BIT(KEY_OUT) | BIT(KEY_VERDICT) | BIT(KEY_FORMAT)},
    [EVENT_ISSUED] = {"issued", BIT(KEY_SERIAL) | BIT(KEY_CERTIFICATE), BIT(KEY_LIST)},
    [EVENT_ABANDONED] = {"abandoned", BIT(KEY_SERIAL) | BIT(KEY_REASON), 0},
    [EVENT_UNCERTAIN] = {"uncertain", BIT(KEY_SERIAL), 0},
    [EVENT_DELIVERED] = {"delivered", BIT(KEY_SERIAL) | BIT(KEY_OUT), 0},
    [EVENT_REVOKED] = {"revoked", BIT(KEY_SERIAL) | BIT(KEY_DATE),
                       BIT(KEY_REASON_CODE) | BIT(KEY_NOTE)},
    [EVENT_CRL] = {"crl",
                   BIT(KEY_SCOPE) | BIT(KEY_CRL_NUMBER) | BIT(KEY_CRL) | BIT(KEY_THIS_UPDATE) |
                       BIT(KEY_NEXT_UPDATE),
                   0},
    [EVENT_RESTORED] = {"restored", BIT(KEY_MARK_NUMBER) | BIT(KEY_MARK_HASH), 0},
};

const char *entry_event_name(enum ledger_event event)
{
    return event >= EVENT_CREATED && event < EVENTS ? events[event].name : "unknown";
}

const struct entry_key_rule *entry_key_rule(enum entry_key key)
{
    return &keys[key];
}

const char *entry_key_name(enum entry_key key)
{
    return keys[key].name;
}

enum entry_form entry_key_form(enum entry_key key)
{
    return keys[key].form;
}

void entry_set_number(struct ledger_entry *entry, enum entry_key key, int64_t number)
{
    entry->values[key] = (struct entry_value){.there = true, .number = number};
}

void entry_set_octets(struct ledger_entry *entry, enum entry_key key, const void *octets,
                      size_t length)
{
    entry->values[key] =
        (struct entry_value){.there = octets != NULL, .octets = octets, .length = length};
}

void entry_set_text(struct ledger_entry *entry, enum entry_key key, const char *text)
{
    entry_set_octets(entry, key, text, text == NULL ? 0 : strlen(text));
}

bool entry_check(const struct ledger_entry *entry, struct sti_error *err)
{
    if (entry->event < EVENT_CREATED || entry->event >= EVENTS)
        return sti_refuse(err, NULL, "there is no entry of kind %d", (int)entry->event);
    const char *name = events[entry->event].name;
    uint64_t wanted = events[entry->event].wanted | BIT(KEY_TIME);
    uint64_t allowed = events[entry->event].allowed | wanted;
    for (int key = KEY_TIME; key < KEYS; key++) {
        bool there = entry->values[key].there;
        if (!there && (wanted & BIT(key)) != 0)
            return sti_refuse(err, NULL, "an entry \"%s\" has no %s", name, keys[key].name);
        if (there && (allowed & BIT(key)) == 0)
            return sti_refuse(err, NULL, "an entry \"%s\" has %s, which does not belong there",
                              name, keys[key].name);
    }
    return true;
}

static bool value_check(const struct entry_value *value, const struct entry_key_rule *rule,
                        struct sti_error *err)
{
    bool number = rule->form == FORM_NUMBER;
    if (!number && value->length > LONGEST)
        return sti_refuse(err, NULL, "%s is too long: %zu octets", rule->name, value->length);
    if (rule->form == FORM_TEXT && value->length > 0 &&
        memchr(value->octets, '\0', value->length) != NULL)
        return sti_refuse(err, NULL, "%s has an octet 00, which no text has", rule->name);
    int64_t measure = number ? value->number : (int64_t)value->length;
    if (measure >= rule->least && measure <= rule->most)
        return true;
    return sti_refuse(err, NULL, "%s %s %lld%s; %lld to %lld are wanted", rule->name,
                      number ? "is" : "has", (long long)measure, number ? "" : " octets",
                      (long long)rule->least, (long long)rule->most);
}

static void put_word(struct dcbor_writer *writer, const struct entry_value *value)
{
    char word[64] = "";
    if (value->length < sizeof(word)) /* what is longer, value_check() has refused */
        memcpy(word, value->octets, value->length);
    dcbor_put_text(writer, word);
}

static void put_value(struct dcbor_writer *writer, const struct entry_value *value,
                      enum entry_form form)
{
    if (form == FORM_NUMBER)
        dcbor_put_int(writer, value->number);
    else if (form == FORM_WORD)
        put_word(writer, value);
    else
        dcbor_put_bytes(writer, value->octets, value->length);
}

bool entry_write(const struct ledger_entry *entry, uint8_t **body, size_t *length,
                 struct sti_error *err)
{
    struct dcbor_writer writer = {0};
    size_t count = 1;
    if (!entry_check(entry, err))
        return false;
    for (int key = KEY_TIME; key < KEYS; key++) {
        if (!entry->values[key].there)
            continue;
        if (!value_check(&entry->values[key], &keys[key], err))
            return false;
        count++;
    }
    dcbor_put_map(&writer, count);
    dcbor_put_int(&writer, KEY_EVENT);
    dcbor_put_int(&writer, entry->event);
    for (int key = KEY_TIME; key < KEYS; key++) {
        if (!entry->values[key].there)
            continue;
        dcbor_put_int(&writer, key);
        put_value(&writer, &entry->values[key], keys[key].form);
    }
    return dcbor_finish(&writer, body, length, err);
}
