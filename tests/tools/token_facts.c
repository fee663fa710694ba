/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Says as JSON what a PKCS#11 module is like where modules differ: its limits, its mechanisms, and
 * what it shows of a key pair that sti-ca has made. At the end it tries to weaken the private key;
 * so it must never see a key that is of use.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "p11.h"

#define POINT_LENGTH 65 /* an uncompressed point of P-256 */

static const struct {
    CK_ATTRIBUTE_TYPE type;
    const char *name;
} attributes[] = {
    {CKA_TOKEN, "CKA_TOKEN"},
    {CKA_PRIVATE, "CKA_PRIVATE"},
    {CKA_SENSITIVE, "CKA_SENSITIVE"},
    {CKA_ALWAYS_SENSITIVE, "CKA_ALWAYS_SENSITIVE"},
    {CKA_EXTRACTABLE, "CKA_EXTRACTABLE"},
    {CKA_NEVER_EXTRACTABLE, "CKA_NEVER_EXTRACTABLE"},
    {CKA_LOCAL, "CKA_LOCAL"},
    {CKA_SIGN, "CKA_SIGN"},
    {CKA_DERIVE, "CKA_DERIVE"},
    {CKA_DECRYPT, "CKA_DECRYPT"},
    {CKA_UNWRAP, "CKA_UNWRAP"},
    {CKA_SIGN_RECOVER, "CKA_SIGN_RECOVER"},
    {CKA_ALWAYS_AUTHENTICATE, "CKA_ALWAYS_AUTHENTICATE"},
};
#define ATTRIBUTES (sizeof(attributes) / sizeof(attributes[0]))

static const struct {
    CK_MECHANISM_TYPE type;
    const char *name;
} mechanisms[] = {
    {CKM_EC_KEY_PAIR_GEN, "CKM_EC_KEY_PAIR_GEN"},
    {CKM_ECDSA, "CKM_ECDSA"},
    {CKM_ECDSA_SHA256, "CKM_ECDSA_SHA256"},
};
#define MECHANISMS (sizeof(mechanisms) / sizeof(mechanisms[0]))

static void put_text(json_t *facts, const char *name, const unsigned char *field, size_t size)
{
    char text[65];
    p11_text(text, field, size);
    json_object_set_new(facts, name, json_string(text));
}

static void put_version(json_t *facts, const char *name, CK_VERSION version)
{
    json_object_set_new(facts, name, json_sprintf("%d.%d", version.major, version.minor));
}

static void put_token(json_t *facts, const CK_INFO *library, const CK_TOKEN_INFO *token)
{
    put_text(facts, "library", library->libraryDescription, sizeof(library->libraryDescription));
    put_version(facts, "cryptoki", library->cryptokiVersion);
    put_text(facts, "model", token->model, sizeof(token->model));
    put_text(facts, "serial", token->serialNumber, sizeof(token->serialNumber));
    put_version(facts, "firmware", token->firmwareVersion);
    json_object_set_new(facts, "pin_least", json_integer((json_int_t)token->ulMinPinLen));
    json_object_set_new(facts, "pin_most", json_integer((json_int_t)token->ulMaxPinLen));
}

static void put_mechanisms(CK_FUNCTION_LIST *p11, CK_SLOT_ID slot, json_t *facts)
{
    json_t *object = json_object();
    for (size_t i = 0; i < MECHANISMS; i++) {
        CK_MECHANISM_INFO info;
        CK_RV rv = p11->C_GetMechanismInfo(slot, mechanisms[i].type, &info);
        json_object_set_new(object, mechanisms[i].name, json_boolean(rv == CKR_OK));
    }
    json_object_set_new(facts, "mechanisms", object);
}

static CK_OBJECT_HANDLE find(CK_FUNCTION_LIST *p11, CK_SESSION_HANDLE session,
                             CK_OBJECT_CLASS class, const char *label)
{
    CK_ATTRIBUTE wanted[] = {{CKA_CLASS, &class, sizeof(class)},
                             {CKA_LABEL, (void *)label, (CK_ULONG)strlen(label)}};
    CK_OBJECT_HANDLE object = 0;
    CK_ULONG count = 0;
    p11_check(p11->C_FindObjectsInit(session, wanted, 2), "C_FindObjectsInit");
    p11_check(p11->C_FindObjects(session, &object, 1, &count), "C_FindObjects");
    p11_check(p11->C_FindObjectsFinal(session), "C_FindObjectsFinal");
    p11_check(count == 1 ? CKR_OK : CKR_OBJECT_HANDLE_INVALID, label);
    return object;
}

/* null: the key has no such attribute. */
static void put_attributes(CK_FUNCTION_LIST *p11, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key,
                           json_t *facts)
{
    json_t *object = json_object();
    for (size_t i = 0; i < ATTRIBUTES; i++) {
        CK_BBOOL value = CK_FALSE;
        CK_ATTRIBUTE attribute = {attributes[i].type, &value, sizeof(value)};
        CK_RV rv = p11->C_GetAttributeValue(session, key, &attribute, 1);
        bool has = rv == CKR_OK && attribute.ulValueLen == sizeof(value);
        json_object_set_new(object, attributes[i].name,
                            has ? json_boolean(value != CK_FALSE) : json_null());
    }
    json_object_set_new(facts, "private_key", object);
}

static void put_point(CK_FUNCTION_LIST *p11, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key,
                      json_t *facts)
{
    unsigned char value[256];
    CK_ATTRIBUTE attribute = {CKA_EC_POINT, value, sizeof(value)};
    p11_check(p11->C_GetAttributeValue(session, key, &attribute, 1), "CKA_EC_POINT");
    json_object_set_new(facts, "ec_point_bare", json_boolean(attribute.ulValueLen == POINT_LENGTH));
}

/* Which of the attributes that protect a key the user may take away from it. */
static void put_weakened(CK_FUNCTION_LIST *p11, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key,
                         json_t *facts)
{
    static const struct {
        CK_ATTRIBUTE_TYPE type;
        const char *name;
        CK_BBOOL weak;
    } tries[] = {{CKA_SENSITIVE, "CKA_SENSITIVE", CK_FALSE},
                 {CKA_EXTRACTABLE, "CKA_EXTRACTABLE", CK_TRUE}};
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
        CK_BBOOL weak = tries[i].weak;
        CK_ATTRIBUTE attribute = {tries[i].type, &weak, sizeof(weak)};
        if (p11->C_SetAttributeValue(session, key, &attribute, 1) == CKR_OK)
            json_array_append_new(list, json_string(tries[i].name));
    }
    json_object_set_new(facts, "can_be_weakened", list);
}

static void put_key(CK_FUNCTION_LIST *p11, CK_SLOT_ID slot, const char *pin_file, const char *label,
                    json_t *facts)
{
    unsigned char pin[P11_PIN_MAX];
    CK_ULONG length = p11_pin(pin_file, pin);
    CK_SESSION_HANDLE session = p11_session(p11, slot);
    p11_check(p11->C_Login(session, CKU_USER, pin, length), "C_Login");
    CK_OBJECT_HANDLE key = find(p11, session, CKO_PRIVATE_KEY, label);
    put_attributes(p11, session, key, facts);
    put_point(p11, session, find(p11, session, CKO_PUBLIC_KEY, label), facts);
    put_weakened(p11, session, key, facts);
    p11_check(p11->C_Logout(session), "C_Logout");
    p11_check(p11->C_CloseSession(session), "C_CloseSession");
}

int main(int argc, char **argv)
{
    if (argc != 4 && argc != 6) {
        fputs("Usage: token_facts MODULE C_INITIALIZE-ARGUMENTS TOKEN [PIN-FILE KEY]\n", stderr);
        return 2;
    }
    CK_FUNCTION_LIST *p11 = p11_load(argv[1], argv[2][0] == '\0' ? NULL : argv[2]);
    CK_INFO library;
    CK_TOKEN_INFO token;
    memset(&library, 0, sizeof(library));
    p11_check(p11->C_GetInfo(&library), "C_GetInfo");
    CK_SLOT_ID slot = p11_slot(p11, argv[3], &token);
    json_t *facts = json_object();
    put_token(facts, &library, &token);
    put_mechanisms(p11, slot, facts);
    if (argc == 6)
        put_key(p11, slot, argv[4], argv[5], facts);
    p11_check(p11->C_Finalize(NULL), "C_Finalize");
    json_dumpf(facts, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(facts);
    return 0;
}
