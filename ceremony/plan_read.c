/* SPDX-License-Identifier: Apache-2.0 */
/* A plan from octets: every part in its place, and nothing besides. The maps have all of their
 * keys, so each is read in its one order. */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "ceremony_time.h"
#include "cert.h"
#include "dcbor.h"
#include "plan_words.h"

/* More parts no version of a plan has. */
#define PLAN_MAX_PAIRS 64

struct reading {
    struct dcbor_reader reader;
    struct plan *plan;
    struct sti_error *err;
};

static bool no_memory(struct reading *in)
{
    return sti_fail(in->err, "no memory for the plan");
}

/* A text of `least` octets or more, as a string of its own. */
static bool read_text(struct reading *in, const char *what, size_t least, char **text)
{
    struct dcbor_item item;
    if (!dcbor_text(&in->reader, what, least, PLAN_MAX_TEXT, &item, in->err))
        return false;
    *text = strndup((const char *)item.octets, item.length);
    return *text != NULL || no_memory(in);
}

static bool read_octets(struct reading *in, const char *what, struct plan_octets *octets)
{
    struct dcbor_item item;
    if (!dcbor_bytes(&in->reader, what, 1, PLAN_MAX_OCTETS, &item, in->err))
        return false;
    octets->octets = malloc(item.length);
    if (octets->octets == NULL)
        return no_memory(in);
    memcpy(octets->octets, item.octets, item.length);
    octets->length = item.length;
    return true;
}

static bool read_digest(struct reading *in, const char *what, uint8_t *digest)
{
    struct dcbor_item item;
    if (!dcbor_bytes(&in->reader, what, PLAN_DIGEST_OCTETS, PLAN_DIGEST_OCTETS, &item, in->err))
        return false;
    memcpy(digest, item.octets, PLAN_DIGEST_OCTETS);
    return true;
}

/* The head of an array of least to most items. */
static bool read_count(struct reading *in, const char *what, size_t least, size_t most,
                       size_t *count)
{
    struct dcbor_item item;
    if (!dcbor_next(&in->reader, &item, in->err))
        return false;
    if (item.kind != DCBOR_ARRAY || item.length < least || item.length > most) {
        sti_refuse(in->err, NULL, "%s are not an array of %zu to %zu items", what, least, most);
        if (in->err != NULL)
            in->err->offset = item.offset;
        return false;
    }
    *count = item.length;
    return true;
}

/* A text that is refused as a whole when it is not one of the words of `find`. */
static bool refuse_word(struct reading *in, const char *what, const char *word)
{
    return sti_refuse(in->err, NULL, "%s '%.60s' is unknown to this version of sti-ca", what, word);
}

/* The next key of a map must be this one. */
static bool read_key(struct reading *in, int64_t wanted)
{
    int64_t key = 0;
    return dcbor_int(&in->reader, "a key of the plan", wanted, wanted, &key, in->err);
}

static bool read_map(struct reading *in, const char *what, size_t pairs)
{
    struct dcbor_map map;
    return dcbor_map(&in->reader, what, pairs, pairs, &map, in->err);
}

/* What is signed, or the action. */
static bool read_what(struct reading *in, struct plan_step *step)
{
    char *word = NULL;
    if (!read_text(in, "what a step is", 1, &word))
        return false;
    if (strcmp(word, "certificate") == 0 || strcmp(word, "crl") == 0) {
        step->action = PLAN_SIGN;
        step->what = word;
        return true;
    }
    for (int i = 0; i < PLAN_ACTIONS; i++)
        if (i != PLAN_SIGN && strcmp(plan_action_name((enum plan_action)i), word) == 0) {
            step->action = (enum plan_action)i;
            free(word);
            return true;
        }
    refuse_word(in, "the step", word);
    free(word);
    return false;
}

static bool read_details(struct reading *in, struct plan_step *step)
{
    char *word = NULL;
    bool ok =
        read_key(in, PLAN_STEP_DETAILS) &&
        dcbor_array(&in->reader, "the details of a step", plan_details(step->action), in->err) &&
        read_text(in, "the name of a key", 1, &word);
    if (ok) {
        ok = ceremony_key_of_name(word, &step->key) || refuse_word(in, "the key", word);
    }
    free(word);
    if (ok && step->action == PLAN_SIGN)
        ok = read_text(in, "the profile", 0, &step->profile) &&
             read_text(in, "the request", 0, &step->request);
    return ok && (step->action != PLAN_DESTROY || read_text(in, "the reason", 1, &step->reason));
}

static bool read_pairs(struct reading *in, struct plan_step *step, size_t pairs)
{
    if (!read_key(in, PLAN_STEP_ID) || !read_text(in, "the id of a step", 1, &step->id) ||
        !read_key(in, PLAN_STEP_WHAT) || !read_what(in, step))
        return false;
    bool has_key = plan_details(step->action) > 0;
    char **output = step->action == PLAN_SIGN  ? &step->out
                    : step->action == PLAN_END ? &in->plan->transcript
                                               : NULL;
    if (pairs != plan_step_pairs(step->action) || (output != NULL && *output != NULL))
        return sti_refuse(in->err, NULL, "step %.40s of the plan has too many parts, or too few",
                          step->id);
    return (step->action != PLAN_SIGN ||
            (read_key(in, PLAN_STEP_TBS) &&
             read_octets(in, "the to-be-signed octets", &step->tbs))) &&
           (!has_key ||
            (read_key(in, PLAN_STEP_SPKI) && read_octets(in, "the key of a step", &step->spki))) &&
           (output == NULL ||
            (read_key(in, PLAN_STEP_OUTPUT) && read_text(in, "an output", 1, output))) &&
           read_key(in, PLAN_STEP_WHO) && read_text(in, "who does a step", 1, &step->who) &&
           read_key(in, PLAN_STEP_TEXT) && read_text(in, "what a step does", 1, &step->text) &&
           (!has_key || read_details(in, step));
}

/* The pairs of the step's map tell its kind before they are read. */
static bool read_step(struct reading *in, struct plan_step *step)
{
    struct dcbor_map map;
    return dcbor_map(&in->reader, "a step", 4, 8, &map, in->err) && read_pairs(in, step, map.left);
}

static bool read_steps(struct reading *in)
{
    size_t count = 0;
    if (!read_key(in, PLAN_STEPS) || !read_count(in, "the steps", 1, PLAN_MAX_STEPS, &count))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct plan_step *step = plan_add_step(in->plan);
        if (step == NULL)
            return no_memory(in);
        if (!read_step(in, step))
            return false;
    }
    return true;
}

static bool read_inputs(struct reading *in)
{
    size_t count = 0;
    if (!read_key(in, PLAN_INPUTS) || !read_count(in, "the inputs", 0, PLAN_MAX_INPUTS, &count))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct plan_input *input = plan_add_input(in->plan);
        if (input == NULL)
            return no_memory(in);
        if (!read_map(in, "an input", 3) || !read_key(in, PLAN_INPUT_NAME) ||
            !read_text(in, "the name of an input", 1, &input->path) ||
            !read_key(in, PLAN_INPUT_DIGEST) ||
            !read_digest(in, "the digest of an input", input->digest) ||
            !read_key(in, PLAN_INPUT_LENGTH) ||
            !dcbor_int(&in->reader, "the length of an input", 0, INT64_MAX, &input->length,
                       in->err))
            return false;
    }
    return true;
}

static bool read_policy(struct reading *in)
{
    size_t count = 0;
    int64_t needed = 0;
    if (!read_key(in, PLAN_POLICY) || !read_map(in, "who approves", 2) ||
        !read_key(in, PLAN_POLICY_APPROVERS) ||
        !read_count(in, "the approvers", 1, CEREMONY_MAX_APPROVERS, &count))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct plan_approver *approver = plan_add_approver(in->plan);
        if (approver == NULL)
            return no_memory(in);
        if (!dcbor_array(&in->reader, "an approver", 2, in->err) ||
            !read_text(in, "the id of an approver", 1, &approver->id) ||
            !read_octets(in, "the key of an approver", &approver->spki))
            return false;
    }
    if (!read_key(in, PLAN_POLICY_NEEDED) || !dcbor_int(&in->reader, "the number of approvals", 1,
                                                        CEREMONY_MAX_APPROVERS, &needed, in->err))
        return false;
    in->plan->needed = (size_t)needed;
    return true;
}

static bool read_time(struct reading *in, int64_t key, const char *what, int64_t *time)
{
    return read_key(in, key) && dcbor_int(&in->reader, what, 0, CEREMONY_TIME_MAX, time, in->err);
}

static bool read_making(struct reading *in)
{
    struct plan *plan = in->plan;
    return read_key(in, PLAN_MAKING) && read_map(in, "when and with what the plan was made", 4) &&
           read_key(in, PLAN_MAKING_TOOL) && read_text(in, "the tool", 1, &plan->tool) &&
           read_time(in, PLAN_MAKING_TIME, "when the plan was made", &plan->made) &&
           read_time(in, PLAN_MAKING_BEGIN, "the window's begin", &plan->window_begin) &&
           read_time(in, PLAN_MAKING_END, "the window's end", &plan->window_end);
}

static bool read_previous(struct reading *in)
{
    struct dcbor_item item;
    if (!read_key(in, PLAN_PREVIOUS))
        return false;
    struct dcbor_reader ahead = in->reader;
    if (!dcbor_next(&ahead, &item, in->err))
        return false;
    in->plan->has_previous = item.kind != DCBOR_NULL;
    if (in->plan->has_previous)
        return read_digest(in, "the digest of the ceremony before", in->plan->previous);
    in->reader = ahead;
    return true;
}

static bool read_profiles(struct reading *in)
{
    size_t count = 0;
    if (!read_key(in, PLAN_PROFILES) ||
        !read_count(in, "the profiles", 0, PLAN_MAX_PROFILES, &count))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct plan_profile *profile = plan_add_profile(in->plan);
        if (profile == NULL)
            return no_memory(in);
        if (!read_map(in, "a profile", 2) || !read_key(in, PLAN_PROFILE_NAME) ||
            !read_text(in, "the name of a profile", 1, &profile->name) ||
            !read_key(in, PLAN_PROFILE_DIGEST) ||
            !read_digest(in, "the digest of a profile", profile->digest))
            return false;
    }
    return true;
}

static bool read_kind(struct reading *in)
{
    char *word = NULL;
    bool ok = read_key(in, PLAN_KIND) && read_text(in, "the kind", 1, &word) &&
              (ceremony_kind_of_name(word, &in->plan->kind) || refuse_word(in, "the kind", word));
    free(word);
    return ok;
}

/* The first word, which a plan of any version has: `ahead` stands behind it. */
static bool begins_as_plan(struct dcbor_reader *ahead)
{
    struct dcbor_map map;
    struct dcbor_item word;
    int64_t key = 0;
    return dcbor_map(ahead, "the plan", 2, PLAN_MAX_PAIRS, &map, NULL) &&
           dcbor_int(ahead, "a key", PLAN_WORD, PLAN_WORD, &key, NULL) &&
           dcbor_text(ahead, "the word", 1, PLAN_MAX_TEXT, &word, NULL) &&
           dcbor_is(&word, PLAN_FIRST_WORD);
}

/* What is no plan, or one of another version, is called that, whatever else is in it. */
static bool check_version(const struct reading *in)
{
    struct dcbor_reader ahead = in->reader;
    int64_t key = 0;
    int64_t version = 0;
    if (!begins_as_plan(&ahead))
        return sti_refuse(
            in->err, NULL,
            "is no plan of a ceremony; sti-ca ceremony plan makes one, NAME.plan, of a "
            "ceremony file");
    bool is_other = dcbor_int(&ahead, "a key", PLAN_VERSION, PLAN_VERSION, &key, NULL) &&
                    dcbor_int(&ahead, "the version", 0, INT64_MAX, &version, NULL) &&
                    version != PLAN_VERSION_NUMBER;
    return !is_other ||
           sti_refuse(in->err, NULL,
                      "is a plan of version %lld, and this version of sti-ca knows version %d; "
                      "plan and approve anew, or use the version of sti-ca that made it",
                      (long long)version, PLAN_VERSION_NUMBER);
}

static bool read_head(struct reading *in)
{
    struct dcbor_item word;
    int64_t version = 0;
    if (!check_version(in) || !read_map(in, "the plan", PLAN_PAIRS) || !read_key(in, PLAN_WORD) ||
        !dcbor_text(&in->reader, "the first word", 1, PLAN_MAX_TEXT, &word, in->err))
        return false;
    return read_key(in, PLAN_VERSION) &&
           dcbor_int(&in->reader, "the version of the plan", PLAN_VERSION_NUMBER,
                     PLAN_VERSION_NUMBER, &version, in->err);
}

static bool read_plan(struct reading *in)
{
    return read_head(in) && read_kind(in) && read_key(in, PLAN_NAME) &&
           read_text(in, "the name", 1, &in->plan->name) && read_inputs(in) && read_policy(in) &&
           read_steps(in) && read_making(in) && read_previous(in) && read_profiles(in) &&
           dcbor_end(&in->reader, "the plan", in->err) && plan_check(in->plan, in->err);
}

struct plan *plan_read(const uint8_t *octets, size_t length, uint8_t digest[PLAN_DIGEST_OCTETS],
                       struct sti_error *err)
{
    struct reading in = {.reader = {octets, length, 0, 0}, .plan = plan_new(), .err = err};
    bool ok = in.plan != NULL || no_memory(&in);
    ok = ok && (length <= PLAN_MAX_OCTETS || sti_refuse(err, NULL, "is larger than 64 MiB"));
    if (ok && read_plan(&in) && cert_digest(octets, length, digest, err))
        return in.plan;
    plan_free(in.plan);
    return NULL;
}
