/* SPDX-License-Identifier: Apache-2.0 */
#include "entry.h"

#include <string.h>

#define MOST_PAIRS 64

const struct entry_rule entry_rules[ENTRY_KINDS] = {
    [BEGIN] = {"begin",
               {{"format", FIELD_NAME, false},
                {"version", FIELD_NUMBER, false},
                {"first ceremony", FIELD_FLAG, false},
                {"name", FIELD_NAME, false},
                {"ceremony", FIELD_NAME, false},
                {"plan", FIELD_DIGEST, false},
                {"approvers", FIELD_APPROVERS, false},
                {"approvals needed", FIELD_NUMBER, false},
                {"host", FIELD_FACTS, false},
                {"tool", FIELD_NAME, false}}},
    [INPUT] = {"input",
               {{"name", FIELD_FILE, false},
                {"sha-256", FIELD_DIGEST, false},
                {"length", FIELD_NUMBER, false}}},
    [APPROVAL] = {"approval", {{"approver", FIELD_NAME, false}, {"message", FIELD_OCTETS, false}}},
    [HSM] = {"hsm",
             {{"manufacturer", FIELD_TEXT, false},
              {"model", FIELD_TEXT, false},
              {"serial number", FIELD_TEXT, false},
              {"firmware", FIELD_TEXT, false},
              {"key label", FIELD_TEXT, false},
              {"key id", FIELD_OCTETS, false},
              {"attributes", FIELD_FACTS, false},
              {"public key", FIELD_OCTETS, false}}},
    [ANSWER] = {"answer", {{"asked", FIELD_TEXT, false}, {"typed", FIELD_TEXT, false}}},
    [INTENDED] = {"intended",
                  {{"what", FIELD_NAME, false},
                   {"name", FIELD_FILE, false},
                   {"to-be-signed", FIELD_DIGEST, false},
                   {"issuer key", FIELD_OCTETS, false},
                   {"octets", FIELD_OCTETS, true}}},
    [SIGNED] = {"signed",
                {{"what", FIELD_NAME, false},
                 {"name", FIELD_FILE, false},
                 {"to-be-signed", FIELD_DIGEST, false},
                 {"sha-256", FIELD_DIGEST, false},
                 {"octets", FIELD_OCTETS, true}}},
    [OUTPUT] = {"output",
                {{"name", FIELD_FILE, false},
                 {"sha-256", FIELD_DIGEST, false},
                 {"length", FIELD_NUMBER, false}}},
    [NOTE] = {"note", {{"text", FIELD_TEXT, false}}},
    [FAILED] = {"failed", {{"why", FIELD_TEXT, false}}},
    [RESUMED] = {"resumed",
                 {{"why", FIELD_TEXT, false},
                  {"octets cut", FIELD_NUMBER, false},
                  {"sha-256 of these", FIELD_DIGEST, true}}},
    [DESTROYED] = {"destroyed",
                   {{"public key", FIELD_OCTETS, false}, {"afterwards", FIELD_FACTS, false}}},
    [END] = {"end", {{"key", FIELD_OCTETS, false}, {"message", FIELD_OCTETS, false}}},
};

bool is_file_name(const struct item *text)
{
    return text->kind == ITEM_TEXT && text->length > 0 && text->length <= 128 &&
           memchr(text->octets, '/', text->length) == NULL && !item_is(text, ".") &&
           !item_is(text, "..");
}

/* ---- fields ---- */

bool pair_next(struct reader *list, struct item *name, struct item *value)
{
    struct item pair;
    if (list->at == 0 && !item_read(list, &pair)) /* the head of the list */
        return false;
    return list->at < list->length && item_read_kind(list, ITEM_ARRAY, &pair) &&
           item_read_kind(list, ITEM_TEXT, name) && item_read(list, value);
}

/* Reads over a list; the field is its octets. */
static bool list_read(struct reader *reader, enum item_kind of, size_t least, struct item *field)
{
    size_t start = reader->at;
    struct item list;
    if (!item_read_kind(reader, ITEM_ARRAY, &list))
        return false;
    if (list.length < least || list.length > MOST_PAIRS)
        return reader_fail(reader, "a list has too few pairs or too many");
    for (size_t i = 0; i < list.length; i++) {
        struct item pair;
        struct item name;
        struct item value;
        if (!item_read_kind(reader, ITEM_ARRAY, &pair) ||
            !item_read_kind(reader, ITEM_TEXT, &name) || !item_read_kind(reader, of, &value))
            return false;
        if (pair.length != 2 || name.length < 1 || name.length > 128)
            return reader_fail(reader, "a pair of a list is not a name and what it has");
    }
    *field = (struct item){
        .kind = ITEM_ARRAY, .octets = reader->octets + start, .length = reader->at - start};
    return true;
}

static const enum item_kind kind_of_type[] = {
    [FIELD_TEXT] = ITEM_TEXT,    [FIELD_NAME] = ITEM_TEXT,   [FIELD_FILE] = ITEM_TEXT,
    [FIELD_NUMBER] = ITEM_INT,   [FIELD_FLAG] = ITEM_INT,    [FIELD_DIGEST] = ITEM_BYTES,
    [FIELD_OCTETS] = ITEM_BYTES, [FIELD_FACTS] = ITEM_ARRAY, [FIELD_APPROVERS] = ITEM_ARRAY,
};

static bool field_read(struct reader *reader, enum field_type type, struct item *field)
{
    if (type == FIELD_FACTS)
        return list_read(reader, ITEM_TEXT, 0, field);
    if (type == FIELD_APPROVERS)
        return list_read(reader, ITEM_BYTES, 1, field);
    if (!item_read_kind(reader, kind_of_type[type], field))
        return false;
    if (type == FIELD_TEXT && field->length > 4096)
        return reader_fail(reader, "a text has more than 4096 octets");
    if (type == FIELD_NAME && (field->length < 1 || field->length > 128))
        return reader_fail(reader, "a name has not 1 to 128 octets");
    if (type == FIELD_FILE && !is_file_name(field))
        return reader_fail(reader, "a file's name is not one without a folder");
    if (type == FIELD_DIGEST && field->length != DIGEST)
        return reader_fail(reader, "a digest has not 32 octets");
    if (type == FIELD_NUMBER && field->number < 0)
        return reader_fail(reader, "a number is below 0");
    if (type == FIELD_FLAG && field->number != 0 && field->number != 1)
        return reader_fail(reader, "what is 0 or 1 is something else");
    return true;
}

/* The content: a map with the fields of the kind, in the order of their keys. */
static bool content_read(struct reader *reader, struct entry *entry)
{
    const struct field *rules = entry_rules[entry->kind].fields;
    struct item map;
    struct item key = {.number = 0};
    if (!item_read_kind(reader, ITEM_MAP, &map))
        return false;
    for (size_t left = map.length; left > 0; left--) {
        int64_t before = key.number;
        if (!item_read_kind(reader, ITEM_INT, &key))
            return false;
        if (key.number <= before || key.number > MOST_FIELDS || rules[key.number - 1].name == NULL)
            return reader_fail(reader, "a field is out of order, stands twice or has no meaning");
        if (!field_read(reader, rules[key.number - 1].type, &entry->fields[key.number]))
            return false;
    }
    for (size_t i = 0; i < MOST_FIELDS && rules[i].name != NULL; i++)
        if (!rules[i].optional && entry->fields[i + 1].kind == ITEM_NONE)
            return reader_fail(reader, "a field is missing");
    return true;
}

/* ---- the entry ---- */

static bool kind_read(struct reader *reader, enum entry_kind *kind)
{
    struct item text;
    if (!item_read_kind(reader, ITEM_TEXT, &text))
        return false;
    for (size_t i = 0; i < ENTRY_KINDS; i++)
        if (item_is(&text, entry_rules[i].name)) {
            *kind = (enum entry_kind)i;
            return true;
        }
    return reader_fail(reader, "the entry is of no known kind");
}

bool entry_read(struct reader *reader, struct entry *entry)
{
    struct item item;
    struct item source;
    size_t start = reader->at;
    memset(entry, 0, sizeof(*entry));
    reader->cut = false;
    /* the head of an array of seven items: anything else is no entry, whether cut off or not */
    if (start < reader->length && reader->octets[start] != 0x87)
        return reader_fail(reader, "no entry begins here: an entry has seven items");
    if (!item_read_kind(reader, ITEM_ARRAY, &item) || !field_read(reader, FIELD_NUMBER, &item) ||
        !field_read(reader, FIELD_DIGEST, &entry->previous) || !kind_read(reader, &entry->kind) ||
        !field_read(reader, FIELD_TEXT, &entry->step))
        return false;
    entry->number = item.number;
    if (entry->step.length > 128)
        return reader_fail(reader, "the id of a step has more than 128 octets");
    if (!field_read(reader, FIELD_NUMBER, &item) || !field_read(reader, FIELD_FLAG, &source) ||
        !content_read(reader, entry))
        return false;
    entry->time = item.number;
    entry->person = source.number == 1;
    entry->octets = reader->octets + start;
    entry->length = reader->at - start;
    return true;
}
