/* SPDX-License-Identifier: Apache-2.0 */
#include "site_print.h"

#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "profile_print.h"
#include "subject.h"
#include "text.h"

static json_t *text_json(const char *text)
{
    return text == NULL ? json_null() : tool_json_text(text);
}

static json_t *name_json(const X509_NAME *name)
{
    char *text = name == NULL ? NULL : subject_text(name);
    json_t *json = text_json(text);
    free(text);
    return json;
}

static json_t *value_json(const struct config_profile *values, enum site_key key)
{
    switch (key) {
    case SITE_DAYS:
        return json_integer(values->days);
    case SITE_PATH_LENGTH:
        return values->path_length < 0 ? json_null() : json_integer(values->path_length);
    case SITE_POLICY:
        return text_json(values->policy);
    case SITE_CRL_URL:
        return text_json(values->crl_url);
    case SITE_CRL_ISSUER:
        return name_json(values->crl_issuer);
    case SITE_OUTLIVE_TOKEN:
        return json_boolean(values->outlive_token != 0);
    }
    return NULL;
}

static void print_value(const json_t *value)
{
    if (json_is_string(value))
        text_print(stdout, json_string_value(value));
    else if (json_is_integer(value))
        printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_boolean(value))
        printf("%s", json_is_true(value) ? "yes" : "no");
    else
        printf("none");
}

void site_print(const struct site *site, const char *config_path)
{
    printf("what ");
    text_print(stdout, config_path);
    printf(" says for it:\n");
    for (enum site_key key = 0; key < SITE_KEYS; key++) {
        if (site->from[key] == NULL)
            continue;
        json_t *value = value_json(&site->values, key);
        printf("  %-15s", site_key_name(key));
        print_value(value);
        printf("  [%s]\n", site->from[key]);
        json_decref(value);
    }
}

static json_t *site_json(const struct site *site)
{
    json_t *json = json_object();
    for (enum site_key key = 0; key < SITE_KEYS; key++)
        if (site->from[key] != NULL)
            json_object_set_new(json, site_key_name(key),
                                json_pack("{s:o, s:s}", "value", value_json(&site->values, key),
                                          "section", site->from[key]));
    return json;
}

bool site_print_json(const struct profile *profile, const struct site *site, struct sti_error *err)
{
    json_t *json = profile_json(profile);
    if (json != NULL && site != NULL)
        json_object_set_new(json, "site", site_json(site));
    return tool_print_json(json, err);
}
