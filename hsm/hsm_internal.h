/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of this room share. Two libraries speak to one module here: libp11 (slots, login,
 * the EVP_PKEY) and the module's own function list (what libp11 cannot do: EC key generation,
 * attributes, C_* errors by name).
 */
#ifndef HSM_INTERNAL_H
#define HSM_INTERNAL_H

#include <openssl/types.h>

/* libp11.h declares functions of these types, which OPENSSL_NO_DEPRECATED hides; none is used. */
typedef struct rsa_meth_st RSA_METHOD;
typedef struct ec_key_method_st EC_KEY_METHOD;

#include <libp11.h>
#include <p11-kit/pkcs11.h>

#include "hsm.h"

struct hsm {
    char *module_path;
    void *module;          /* dlopen()'s handle; keeps p11 valid while libp11 comes and goes */
    CK_FUNCTION_LIST *p11; /* NULL until the module is initialised, and only then finalised */
    CK_SLOT_ID slot_id;
    CK_TOKEN_INFO info;
    char token[33];            /* the label, for messages */
    CK_SESSION_HANDLE session; /* ours, read/write; libp11 has its own. 0: none */
    PKCS11_CTX *ctx;
    PKCS11_SLOT *slots;
    unsigned int slot_count;
    PKCS11_SLOT *slot; /* the one of `slots` that holds the token */
};

/* hsm_pkcs11.c: the raw calls, and words for what they return. */

/* `CKR_PIN_INCORRECT (0xa0)`: use as hsm_ckr(rv).text. */
struct hsm_ckr {
    char text[64];
};
struct hsm_ckr hsm_ckr(CK_RV rv);

/* The CK_RV of the last libp11 call that failed; CKR_GENERAL_ERROR if libp11 left none. */
CK_RV hsm_libp11_error(void);

/* Copies a blank-padded field of CK_TOKEN_INFO; out has room for size + 1 octets. */
void hsm_padded_copy(char *out, const unsigned char *field, size_t size);

/* Which objects: a class, and a label or an id or both. NULL: any. */
struct hsm_query {
    CK_OBJECT_CLASS class;
    const char *label;
    const unsigned char *id;
    size_t id_length;
};

/*
 * Looks for objects on the token. *count is 0, 1 or 2 ("two or more"); *object is the first. What a
 * caller wants to know is never more than that.
 */
bool hsm_find(struct hsm *hsm, const struct hsm_query *query, CK_OBJECT_HANDLE *object,
              unsigned *count, struct sti_error *err);

/* Reads one attribute: *length is the room in value on the way in, the octets used on the way out.
 */
CK_RV hsm_attribute(struct hsm *hsm, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, void *value,
                    size_t *length);

/* The DER of the OID of P-256, as CKA_EC_PARAMS holds it. */
#define HSM_P256_LENGTH 10
extern const unsigned char hsm_p256[HSM_P256_LENGTH];

/* hsm_pin.c: one PIN, from pin_file or `ask`. The caller wipes pin, whatever is returned. */
bool hsm_pin_get(const struct hsm_uri *uri, hsm_ask_pin ask, void *context,
                 char pin[HSM_PIN_MAX + 1], struct sti_error *err);

/* hsm_open.c: refuses a token whose PIN must not be tried: locked, last try, none set. */
bool hsm_token_check(const CK_TOKEN_INFO *info, struct sti_error *err);

/* hsm_key.c */

/* How messages call the key of a URI: `'ca' (id 01ab)`, `'ca'` or `with id 01ab`. */
struct hsm_key_name {
    char text[160];
};
struct hsm_key_name hsm_key_name(const struct hsm_uri *uri);

/* Refuses a URI of another token: its names would select a key that was not meant. */
bool hsm_uri_check(const struct hsm *hsm, const struct hsm_uri *uri, struct sti_error *err);

/* Refuses a private key that is not what hsm_key_generate() makes. */
bool hsm_key_check(struct hsm *hsm, CK_OBJECT_HANDLE key, const struct hsm_uri *uri,
                   struct sti_error *err);

#endif
