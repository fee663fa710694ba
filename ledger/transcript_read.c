/* SPDX-License-Identifier: Apache-2.0 */
/* What is in a transcript, read so that it can be gone on with: form, numbers, digests, times. */
#include "transcript_internal.h"

#include <stdio.h>
#include <string.h>

/* Entries have arrays in arrays in a map and nothing deeper. */
#define MAX_ITEMS 4096

static void copy_text(char *to, size_t room, const struct dcbor_item *text)
{
    snprintf(to, room, "%.*s", (int)text->length, (const char *)text->octets);
}

/* Reads over one item with all that is in it. */
static bool skip(struct dcbor_reader *reader, struct sti_error *err)
{
    for (size_t left = 1; left > 0; left--) {
        struct dcbor_item item;
        if (!dcbor_next(reader, &item, err))
            return false;
        size_t more = item.kind == DCBOR_ARRAY || item.kind == DCBOR_MAP ? item.length : 0;
        if (more > MAX_ITEMS || left > MAX_ITEMS)
            return sti_refuse(err, NULL, "an entry has more items than a transcript's can have");
        left += item.kind == DCBOR_MAP ? 2 * more : more;
    }
    return true;
}

bool transcript_read_entry(struct dcbor_reader *reader, struct transcript_entry *entry,
                           const uint8_t **previous, bool *cut, struct sti_error *err)
{
    struct dcbor_item digest;
    struct dcbor_item kind;
    struct dcbor_item step;
    struct sti_error own = {0};
    int64_t source = 0;
    bool ok = dcbor_array(reader, "an entry", 7, &own) &&
              dcbor_int(reader, "the number of an entry", 1, INT64_MAX, &entry->number, &own) &&
              dcbor_bytes(reader, "the digest of the entry before", TRANSCRIPT_DIGEST_OCTETS,
                          TRANSCRIPT_DIGEST_OCTETS, &digest, &own) &&
              dcbor_text(reader, "the kind of an entry", 1, sizeof(entry->kind) - 1, &kind, &own) &&
              dcbor_text(reader, "the step", 0, TRANSCRIPT_MAX_NAME, &step, &own) &&
              dcbor_int(reader, "the time", 0, INT64_MAX, &entry->time, &own) &&
              dcbor_int(reader, "where the time comes from", TRANSCRIPT_CLOCK, TRANSCRIPT_PERSON,
                        &source, &own);
    size_t content = reader->at;
    ok = ok && skip(reader, &own);
    *cut = !ok && dcbor_is_cut(&own);
    if (!ok) {
        if (err != NULL)
            *err = own;
        return false;
    }
    copy_text(entry->kind, sizeof(entry->kind), &kind);
    copy_text(entry->step, sizeof(entry->step), &step);
    entry->source = source == TRANSCRIPT_PERSON ? TRANSCRIPT_PERSON : TRANSCRIPT_CLOCK;
    entry->content = reader->octets + content;
    entry->content_length = reader->at - content;
    *previous = digest.octets;
    return true;
}

/* Finds the octets that an entry has under a key of its content. */
static bool find_octets(const struct transcript_entry *entry, int64_t key,
                        struct transcript_octets *octets, struct sti_error *err)
{
    struct dcbor_reader reader = {entry->content, entry->content_length, 0, 0};
    struct dcbor_map map;
    if (!dcbor_map(&reader, "the content of an entry", 0, 16, &map, err))
        return false;
    while (map.left > 0) {
        struct dcbor_item item;
        if (!dcbor_map_key(&reader, &map, &item, err))
            return false;
        if (item.kind == DCBOR_INT && item.value == key) {
            if (!dcbor_bytes(&reader, "what an entry has", 1, SIZE_MAX, &item, err))
                return false;
            *octets = (struct transcript_octets){item.octets, item.length};
            return true;
        }
        if (!skip(&reader, err))
            return false;
    }
    return sti_refuse(err, NULL, "an entry lacks what one of its kind must have");
}

static bool take_destroyed(struct transcript *transcript, struct transcript_octets spki,
                           struct sti_error *err)
{
    size_t place = 0;
    bool ok = transcript_find_key(transcript, spki, "a key that was destroyed", &place, err);
    if (ok)
        transcript->destroyed[place] = true;
    return ok;
}

/* What the writer has to know of the entries that are there. */
static bool take_kind(struct transcript *transcript, const struct transcript_entry *entry,
                      struct sti_error *err)
{
    static const char *const counted[TRANSCRIPT_COUNTED] = {"input", "approval", "signed",
                                                            "output"};
    struct transcript_octets octets = {NULL, 0};
    if ((strcmp(entry->kind, "begin") == 0) != (transcript->number == 0))
        return sti_refuse(err, NULL, "a transcript begins with a begin entry, and has no other");
    if (transcript->ended)
        return sti_refuse(err, NULL, "there are entries behind the end");
    for (size_t i = 0; i < TRANSCRIPT_COUNTED; i++)
        transcript->counts[i] += strcmp(entry->kind, counted[i]) == 0;
    transcript->failed |= strcmp(entry->kind, "failed") == 0;
    transcript->ended = strcmp(entry->kind, "end") == 0;
    if (strcmp(entry->kind, "hsm") == 0)
        return find_octets(entry, 8, &octets, err) &&
               transcript_remember_key(transcript, octets, err);
    if (strcmp(entry->kind, "destroyed") == 0)
        return find_octets(entry, 1, &octets, err) && take_destroyed(transcript, octets, err);
    if (transcript->number > 0)
        return true;
    if (!find_octets(entry, 6, &octets, err))
        return false;
    if (octets.length != TRANSCRIPT_DIGEST_OCTETS)
        return sti_refuse(err, NULL, "the digest of the plan has not 32 octets");
    memcpy(transcript->plan, octets.octets, TRANSCRIPT_DIGEST_OCTETS);
    return true;
}

static bool check_chain(const struct transcript *transcript, const struct transcript_entry *entry,
                        const uint8_t *previous, struct sti_error *err)
{
    if (entry->number != transcript->number + 1)
        return sti_refuse(err, NULL,
                          "entry %lld stands where %lld must be: entries were removed, added or "
                          "moved",
                          (long long)entry->number, (long long)transcript->number + 1);
    if (transcript->number > 0 && memcmp(previous, transcript->last, 32) != 0)
        return sti_refuse(err, NULL,
                          "entry %lld was written behind another entry than %lld is now: that "
                          "one was altered",
                          (long long)entry->number, (long long)transcript->number);
    return entry->time >= transcript->time ||
           sti_refuse(err, NULL, "the time of entry %lld is before that of the entry before it",
                      (long long)entry->number);
}

bool transcript_read(struct transcript *transcript, const uint8_t *octets, size_t length,
                     transcript_visit visit, void *context, struct sti_error *err)
{
    struct dcbor_reader reader = {octets, length, 0, 0};
    while (reader.at < length) {
        struct transcript_entry entry;
        const uint8_t *previous;
        size_t start = reader.at;
        bool cut = false;
        if (!transcript_read_entry(&reader, &entry, &previous, &cut, err)) {
            if (!cut || transcript->number == 0 || transcript->ended)
                return false;
            transcript->cut = length - start;
            return transcript_sha256(octets + start, transcript->cut, transcript->cut_digest, err);
        }
        if (!check_chain(transcript, &entry, previous, err) ||
            !take_kind(transcript, &entry, err) ||
            (visit != NULL && !visit(context, &entry, err)) ||
            !transcript_took(transcript, octets + start, reader.at - start, entry.time, err))
            return false;
        transcript_head_look(transcript);
    }
    return transcript->number > 0 || sti_refuse(err, NULL, "there is nothing in the file");
}
