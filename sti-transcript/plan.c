/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan of a ceremony (docs/plan.md) beside its transcript: that it is the one which was
 * approved, and that what was read and signed is what it has. This does not derive the to-be-signed
 * octets from the inputs: it shows that they stood in the plan, and that the inputs are the plan's.
 * What of them can be compared with the inputs without the CA's code, requests.c compares.
 */
#include <stdlib.h>
#include <string.h>

#include "verify.h"

#define SHOWN(item) (int)(item).length, (const char *)(item).octets
#define MOST_STEPS 1000000

/* A map with keys from 0 in their order, which inputs, policy, steps and dates of a plan are. */
#define MOST_KEYS_OF_MAP 10
struct fields {
    struct item of[MOST_KEYS_OF_MAP];
};

/* The keys. */
enum {
    PLAN_WORD,
    PLAN_VERSION,
    PLAN_CEREMONY,
    PLAN_NAME,
    PLAN_INPUTS,
    PLAN_POLICY,
    PLAN_STEPS,
    PLAN_DATES,
    PLAN_PREVIOUS,
    PLAN_PROFILES
};
enum { POLICY_APPROVERS = 1, POLICY_NEEDED };
enum { STEP_ID = 1, STEP_WHAT, STEP_TBS, STEP_ISSUER, STEP_OUTPUT, STEP_ABOUT = 8 };
enum { PROFILE_NAME = 1, PROFILE_DIGEST };
enum { DATES_FROM = 2, DATES_TO };

/* A list of maps: where the first one begins, and which were met in the transcript. */
struct list {
    struct reader start;
    size_t count;
    unsigned char *met;
    struct reader next; /* where to look first: entries come in the plan's order */
    size_t next_index;
};

struct plan {
    struct mapped file;
    struct fields head;
    struct list inputs;
    struct list steps;
};

/* ---- reading ---- */

/* How many items follow the head of this one and belong to it. */
static uint64_t items_in(const struct item *item)
{
    return item->kind == ITEM_MAP     ? 2 * (uint64_t)item->length
           : item->kind == ITEM_ARRAY ? item->length
                                      : 0;
}

/* Reads over an item with all in it; an array or map is kept as its octets. */
static bool any_read(struct reader *reader, struct item *item)
{
    size_t start = reader->at;
    if (!item_read(reader, item))
        return false;
    if (item->kind != ITEM_ARRAY && item->kind != ITEM_MAP)
        return true;
    struct item inner = *item;
    for (uint64_t left = items_in(&inner); left > 0; left += items_in(&inner) - 1)
        /* every item has an octet at least: no longer list can be whole */
        if (left > reader->length || !item_read(reader, &inner) || inner.length > reader->length)
            return reader_fail(reader, "a list cannot be read");
    item->octets = reader->octets + start;
    item->length = reader->at - start;
    return true;
}

static bool fields_read(struct reader *reader, struct fields *fields)
{
    struct item map;
    struct item key = {.number = -1};
    memset(fields, 0, sizeof(*fields));
    if (!item_read_kind(reader, ITEM_MAP, &map))
        return false;
    for (size_t left = map.length; left > 0; left--) {
        int64_t before = key.number;
        if (!item_read_kind(reader, ITEM_INT, &key))
            return false;
        if (key.number <= before || key.number >= MOST_KEYS_OF_MAP)
            return reader_fail(reader, "a key is out of order, stands twice or has no meaning");
        if (!any_read(reader, &fields->of[key.number]))
            return false;
    }
    return true;
}

/* Reads every map of a list once, so that each can be read again without a doubt. */
static bool list_open(struct list *list, const struct item *octets)
{
    struct item head;
    struct fields fields;
    list->start = (struct reader){.octets = octets->octets, .length = octets->length};
    if (octets->kind != ITEM_ARRAY || !item_read_kind(&list->start, ITEM_ARRAY, &head) ||
        head.length > MOST_STEPS)
        return false;
    list->next = list->start;
    list->count = head.length;
    for (size_t i = 0; i < list->count; i++)
        if (!fields_read(&list->next, &fields))
            return false;
    list->next = list->start;
    list->met = calloc(list->count + 1, 1);
    return list->met != NULL;
}

/* The next map of the list, and behind the last one the first again. */
static size_t list_next(struct list *list, struct fields *fields)
{
    if (list->next_index >= list->count) {
        list->next = list->start;
        list->next_index = 0;
    }
    fields_read(&list->next, fields); /* list_open() has read it */
    return list->next_index++;
}

static bool policy_same(const struct verification *v, const struct item *policy)
{
    struct reader reader = {.octets = policy->octets, .length = policy->length};
    const struct item *begin = v->begin.fields;
    struct fields fields;
    return policy->kind == ITEM_MAP && fields_read(&reader, &fields) &&
           item_same(&fields.of[POLICY_APPROVERS], &begin[BEGIN_APPROVERS]) &&
           fields.of[POLICY_NEEDED].kind == ITEM_INT &&
           fields.of[POLICY_NEEDED].number == begin[BEGIN_NEEDED].number;
}

static bool dates_hold(const struct verification *v, const struct item *dates)
{
    struct reader reader = {.octets = dates->octets, .length = dates->length};
    struct fields fields;
    return dates->kind == ITEM_MAP && fields_read(&reader, &fields) &&
           fields.of[DATES_FROM].kind == ITEM_INT && fields.of[DATES_TO].kind == ITEM_INT &&
           v->begin.time >= fields.of[DATES_FROM].number &&
           v->begin.time <= fields.of[DATES_TO].number;
}

/* What begin says is what the plan says. */
static bool head_check(struct verification *v, const struct fields *head)
{
    const struct item *begin = v->begin.fields;
    bool first = begin[BEGIN_FIRST].number == 1;
    if (!item_same(&head->of[PLAN_CEREMONY], &begin[BEGIN_CEREMONY]) ||
        !item_same(&head->of[PLAN_NAME], &begin[BEGIN_NAME]))
        fault(v, CHECK_PLAN, "the plan is for another ceremony than begin says");
    if (!policy_same(v, &head->of[PLAN_POLICY]))
        fault(v, CHECK_PLAN,
              "the plan has other approvers than begin says, or wants another "
              "number of them");
    if (!dates_hold(v, &head->of[PLAN_DATES]))
        fault(v, CHECK_PLAN, "the ceremony began at a time that the plan does not allow");
    if (first ? head->of[PLAN_PREVIOUS].kind != ITEM_NULL
              : !item_same(&head->of[PLAN_PREVIOUS], &v->begin.previous))
        fault(v, CHECK_PLAN, "the plan names another transcript before this than begin does");
    return v->outcomes[CHECK_PLAN].faults == 0;
}

/* Their form: a name and a SHA-256. Profiles are in no folder, so there is nothing to compare. */
static bool profiles_good(const struct item *octets)
{
    struct list list = {.met = NULL};
    struct fields fields;
    bool good = list_open(&list, octets);
    for (size_t i = 0; good && i < list.count; i++) {
        list_next(&list, &fields);
        good = fields.of[PROFILE_NAME].kind == ITEM_TEXT &&
               fields.of[PROFILE_DIGEST].kind == ITEM_BYTES &&
               fields.of[PROFILE_DIGEST].length == DIGEST;
    }
    free(list.met);
    return good;
}

bool plan_take(struct verification *v, const struct mapped *file)
{
    struct reader reader = {.octets = file->octets, .length = file->length};
    struct plan *plan = calloc(1, sizeof(*plan));
    v->plan = plan;
    if (plan == NULL)
        return fault(v, CHECK_PLAN, "no memory for the plan");
    plan->file = *file;
    if (!fields_read(&reader, &plan->head) || reader.at != reader.length ||
        !item_is(&plan->head.of[PLAN_WORD], "sti-ca plan") ||
        plan->head.of[PLAN_VERSION].kind != ITEM_INT || plan->head.of[PLAN_VERSION].number != 2 ||
        !profiles_good(&plan->head.of[PLAN_PROFILES]) ||
        !list_open(&plan->inputs, &plan->head.of[PLAN_INPUTS]) ||
        !list_open(&plan->steps, &plan->head.of[PLAN_STEPS])) {
        plan->inputs.count = plan->steps.count = 0;
        return fault(v, CHECK_PLAN, "the file with the digest of the plan is no plan of version 2");
    }
    return head_check(v, &plan->head);
}

bool plan_begin(struct verification *v)
{
    struct mapped file;
    return map_by_digest(v->given.folder, &v->begin.fields[BEGIN_PLAN], &file)
               ? plan_take(v, &file)
               : fault(v, CHECK_PLAN,
                       "no file of the folder has the SHA-256 that begin names as "
                       "the plan's");
}

/* ---- entry by entry ---- */

bool plan_input(struct verification *v, const struct entry *entry)
{
    struct plan *plan = v->plan;
    struct fields input;
    if (plan == NULL || plan->steps.met == NULL ||
        item_same(&entry->fields[FILE_DIGEST], &v->begin.fields[BEGIN_PLAN]))
        return true;
    for (size_t tries = plan->inputs.count; tries > 0; tries--) {
        size_t index = list_next(&plan->inputs, &input);
        if (item_same(&input.of[FILE_NAME], &entry->fields[FILE_NAME]) &&
            item_same(&input.of[FILE_DIGEST], &entry->fields[FILE_DIGEST]) &&
            input.of[FILE_LENGTH].number == entry->fields[FILE_LENGTH].number) {
            plan->inputs.met[index] = 1;
            return true;
        }
    }
    return fault(v, CHECK_PLAN, "entry %lld: the plan has no input %.*s with this digest",
                 (long long)entry->number, SHOWN(entry->fields[FILE_NAME]));
}

/* Finds the step of the entry, and its place among the others. False, and a fault: there is none.
 */
static bool find_step(struct verification *v, const struct entry *entry, struct fields *step,
                      size_t *index)
{
    struct list *steps = &v->plan->steps;
    for (size_t tries = steps->count; tries > 0; tries--) {
        *index = list_next(steps, step);
        if (item_same(&step->of[STEP_ID], &entry->step))
            return true;
    }
    return fault(v, CHECK_STEPS, "entry %lld: the plan has no step %.*s", (long long)entry->number,
                 SHOWN(entry->step));
}

/* Without a plan, which was said, no step is asked for. */
static bool has_steps(const struct verification *v)
{
    return v->plan != NULL && v->plan->steps.met != NULL;
}

bool plan_intended(struct verification *v, const struct entry *entry)
{
    struct fields step;
    size_t index;
    if (!has_steps(v))
        return true;
    if (!find_step(v, entry, &step, &index))
        return false;
    if (step.of[STEP_TBS].kind != ITEM_BYTES ||
        !digest_is(step.of[STEP_TBS].octets, step.of[STEP_TBS].length, &entry->fields[SIGN_TBS]))
        return fault(v, CHECK_STEPS,
                     "entry %lld: step %.*s has other to-be-signed octets in the plan",
                     (long long)entry->number, SHOWN(entry->step));
    if (!item_same(&step.of[STEP_WHAT], &entry->fields[SIGN_WHAT]) ||
        !item_same(&step.of[STEP_ISSUER], &entry->fields[SIGN_ISSUER]) ||
        !item_same(&step.of[STEP_OUTPUT], &entry->fields[SIGN_NAME]))
        return fault(v, CHECK_STEPS,
                     "entry %lld: step %.*s has another issuer or output in the plan",
                     (long long)entry->number, SHOWN(entry->step));
    v->outcomes[CHECK_STEPS].count += v->plan->steps.met[index] == 0;
    v->plan->steps.met[index] = 1;
    return true;
}

bool plan_destroyed(struct verification *v, const struct entry *entry)
{
    struct fields step;
    size_t index;
    if (!has_steps(v))
        return true;
    if (!find_step(v, entry, &step, &index))
        return false;
    v->plan->steps.met[index] = 1;
    return (item_is(&step.of[STEP_WHAT], "destroy") &&
            item_same(&step.of[STEP_ISSUER], &entry->fields[DESTROYED_KEY])) ||
           fault(v, CHECK_STEPS, "entry %lld: step %.*s of the plan does not destroy this key",
                 (long long)entry->number, SHOWN(entry->step));
}

/* ---- all of it ---- */

static void inputs_end(struct verification *v, struct list *inputs)
{
    struct fields input;
    struct mapped file;
    bool absent;
    for (size_t i = 0; i < inputs->count; i++) {
        size_t index = list_next(inputs, &input);
        if (!is_file_name(&input.of[FILE_NAME])) {
            fault(v, CHECK_PLAN, "input %zu of the plan has no name of a file", index + 1);
            continue;
        }
        const char *why = map_in(v->given.folder, &input.of[FILE_NAME], &file, &absent);
        if (why != NULL)
            fault(v, CHECK_PLAN, "the input %.*s of the plan is not in the folder: %s",
                  SHOWN(input.of[FILE_NAME]), why);
        else if (!digest_is(file.octets, file.length, &input.of[FILE_DIGEST]))
            fault(v, CHECK_PLAN, "the file %.*s is not the plan's input of that name",
                  SHOWN(input.of[FILE_NAME]));
        else if (!inputs->met[index] && !v->failed && !v->unfinished)
            fault(v, CHECK_PLAN,
                  "the transcript does not say that %.*s was read, which the plan "
                  "has as an input",
                  SHOWN(input.of[FILE_NAME]));
        unmap(&file);
    }
}

/* The bundle of a step: the third of what it is about, unless that is empty. */
static struct item request_of(const struct fields *step)
{
    const struct item *about = &step->of[STEP_ABOUT];
    struct reader reader = {.octets = about->octets, .length = about->length};
    struct item item = {.kind = ITEM_NONE};
    if (about->kind != ITEM_ARRAY || !item_read(&reader, &item) || item.length != 3)
        return (struct item){.kind = ITEM_NONE};
    for (int i = 0; i < 3; i++)
        if (!item_read_kind(&reader, ITEM_TEXT, &item))
            return (struct item){.kind = ITEM_NONE};
    return item.length == 0 ? (struct item){.kind = ITEM_NONE} : item;
}

/* Also of a step that was not done: what the plan has was approved as it stands. */
static void requests_end(struct verification *v, struct list *steps)
{
    struct fields step;
    for (size_t i = 0; i < steps->count; i++) {
        list_next(steps, &step);
        const struct planned planned = {
            .id = step.of[STEP_ID],
            .what = step.of[STEP_WHAT],
            .tbs = step.of[STEP_TBS],
            .key = step.of[STEP_ISSUER],
            .request = request_of(&step),
        };
        if (planned.tbs.kind == ITEM_BYTES)
            request_check(v, &planned);
    }
}

bool plan_end(struct verification *v)
{
    struct plan *plan = v->plan;
    struct fields step;
    if (plan == NULL || plan->steps.met == NULL)
        return false; /* which was said */
    inputs_end(v, &plan->inputs);
    requests_end(v, &plan->steps);
    for (size_t i = 0; i < plan->steps.count && !v->failed && !v->unfinished; i++) {
        size_t index = list_next(&plan->steps, &step);
        bool must = step.of[STEP_TBS].kind != ITEM_NONE || item_is(&step.of[STEP_WHAT], "destroy");
        if (must && !plan->steps.met[index])
            fault(v, CHECK_STEPS, "step %.*s of the plan was not done", SHOWN(step.of[STEP_ID]));
    }
    return true;
}

size_t plan_input_count(const struct plan *plan)
{
    return plan->inputs.count;
}

void plan_input_next(struct plan *plan, struct item *name, struct item *digest)
{
    struct fields input;
    list_next(&plan->inputs, &input);
    *name = input.of[FILE_NAME];
    *digest = input.of[FILE_DIGEST];
}

void plan_free(struct plan *plan)
{
    if (plan != NULL)
        unmap(&plan->file);
    plan_forget(plan);
}

void plan_forget(struct plan *plan)
{
    if (plan == NULL)
        return;
    free(plan->inputs.met);
    free(plan->steps.met);
    free(plan);
}
