/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of this room share. Two libraries speak to one module here: libp11 (slots, login,
 * the EVP_PKEY) and the module's own function list (what libp11 cannot do: EC key generation,
 * attributes, C_* errors by name).
 */
#ifndef HSM_INTERNAL_H
#define HSM_INTERNAL_H

#include <openssl/types.h>
#include <sys/types.h>

/* libp11.h declares functions of these types, which OPENSSL_NO_DEPRECATED hides; none is used. */
typedef struct rsa_meth_st RSA_METHOD;
typedef struct ec_key_method_st EC_KEY_METHOD;

#include <libp11.h>
#include <p11-kit/pkcs11.h>

#include "hsm.h"

struct hsm {
    pid_t pid; /* the process that opened it; no other may use it */
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

/*
 * hsm_failure.c: what the module failed at first, in this thread, since hsm_failure_forget(): its
 * CK_RV, and the words for it, `C_SignInit: CKR_DEVICE_REMOVED (0x32)` or `C_Sign: a signature of
 * 70 octets instead of 64`. If it failed at nothing, what libp11 itself says: CKR_GENERAL_ERROR if
 * that is nothing, either.
 */
CK_RV hsm_libp11_error(void);

/* Remembers a failure of a raw call as well; CKR_OK is none. Returns rv. */
CK_RV hsm_failure_note(const char *function, CK_RV rv);

/*
 * Remembers a call that did not fail, and gave an answer that is not possible: the words say how.
 * Returns the error to use instead.
 */
CK_RV hsm_failure_impossible(const char *function, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Has a call failed since hsm_failure_forget()? Not: was it answered that there is no such thing.
 */
bool hsm_failure_noted(void);
struct hsm_reason {
    char text[160];
};
struct hsm_reason hsm_libp11_reason(void);

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

/* No module has more slots. */
#define HSM_SLOTS_MAX 4096

/* No search for "all" goes on for ever. */
#define HSM_OBJECTS_MAX 4096

/* Finds every object of a query; more than HSM_OBJECTS_MAX are refused. The caller frees *objects.
 */
bool hsm_find_all(struct hsm *hsm, const struct hsm_query *query, CK_OBJECT_HANDLE **objects,
                  size_t *count, struct sti_error *err);

/* Reads one attribute: *length is the room in value on the way in, the octets used on the way out.
 */
CK_RV hsm_attribute(struct hsm *hsm, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, void *value,
                    size_t *length);

/* The DER of the OID of P-256, as CKA_EC_PARAMS holds it. */
#define HSM_P256_LENGTH 10
extern const unsigned char hsm_p256[HSM_P256_LENGTH];

/*
 * hsm_pin.c. Refuses a pin-source=fd: that was not inherited. To be called before the module is
 * loaded: what a process opens itself is closed on exec, what a module opens need not be.
 */
bool hsm_pin_reachable(const struct hsm_uri *uri, struct sti_error *err);

/*
 * One PIN: the first line of pin_file, the next line of pin_fd, or what `ask` returns. The caller
 * wipes pin, whatever is returned.
 */
bool hsm_pin_get(const struct hsm_uri *uri, hsm_ask_pin ask, void *context,
                 char pin[HSM_PIN_MAX + 1], struct sti_error *err);

/* hsm_fork.c: refuses to use what another process has opened, which this one is a child of. */
bool hsm_own_process(const struct hsm *hsm, struct sti_error *err);

/*
 * hsm_mutex.c: locks, as a module wants them (CK_C_INITIALIZE_ARGS). A mutex that is NULL is
 * CKR_MUTEX_BAD, unlocking one that the thread does not hold CKR_MUTEX_NOT_LOCKED, locking one that
 * it holds already CKR_GENERAL_ERROR.
 */
CK_RV hsm_mutex_create(void **mutex);
CK_RV hsm_mutex_destroy(void *mutex);
CK_RV hsm_mutex_lock(void *mutex);
CK_RV hsm_mutex_unlock(void *mutex);

/* hsm_open.c: refuses a token whose PIN cannot be tried: locked, none set. */
bool hsm_token_check(const CK_TOKEN_INFO *info, struct sti_error *err);

/* hsm_key.c */

/* Finds the one object of a class that the URI names; none and several are refused. */
bool hsm_find_one(struct hsm *hsm, CK_OBJECT_CLASS class, const struct hsm_uri *uri,
                  CK_OBJECT_HANDLE *object, struct sti_error *err);

/* The attributes that hsm_key_check() judges, one after the other; false: there is none at index.
 */
bool hsm_key_fact(struct hsm *hsm, CK_OBJECT_HANDLE key, size_t index, struct hsm_fact *fact);

/* The longest label, id, parameters or point that is read. */
#define HSM_ATTRIBUTE_LENGTH 512

/* hsm_key_name() for a label and an id, either of which may be NULL. */
struct hsm_key_name hsm_key_name_of(const char *label, const unsigned char *id, size_t id_length);

/* hsm_curve.c */

struct hsm_curve_facts {
    const char *name;         /* as libcrypto takes it, too */
    const unsigned char *oid; /* its DER, as CKA_EC_PARAMS holds it */
    size_t oid_length;
    size_t point_length;           /* an uncompressed point: 04, x, y */
    size_t order_length;           /* r, and s, in a signature of CKM_ECDSA */
    const EVP_MD *(*digest)(void); /* of the strength of the curve */
};
const struct hsm_curve_facts *hsm_curve_facts(enum hsm_curve curve);

/* The curve with this CKA_EC_PARAMS; false: none of ours. */
bool hsm_curve_of_oid(const unsigned char *oid, size_t length, enum hsm_curve *curve);

/*
 * The curve of a private or public key. CKR_CURVE_NOT_SUPPORTED: not EC, or on none of the curves;
 * another error: it cannot be read.
 */
CK_RV hsm_curve_of(struct hsm *hsm, CK_OBJECT_HANDLE key, enum hsm_curve *curve);

/* A public key from the value of CKA_EC_POINT; NULL if that is no point of the curve. */
EVP_PKEY *hsm_curve_public(enum hsm_curve curve, const unsigned char *value, size_t length);

/* hsm_match.c */

/* Does the token fit token, manufacturer, model and serial of the URI? */
bool hsm_token_is(const CK_TOKEN_INFO *info, const struct hsm_uri *uri);

/* Does the slot fit slot-id, slot-description and slot-manufacturer? Does the URI have any of them?
 */
bool hsm_slot_is(struct hsm *hsm, CK_SLOT_ID slot_id, const struct hsm_uri *uri);
bool hsm_names_slot(const struct hsm_uri *uri);

/* Refuses a module that library-description, -manufacturer and -version do not fit. */
bool hsm_library_check(struct hsm *hsm, const struct hsm_uri *uri, struct sti_error *err);

/* Refuses a URI of another token: its names would select a key that was not meant. */
bool hsm_uri_check(const struct hsm *hsm, const struct hsm_uri *uri, struct sti_error *err);

/* hsm_destroy.c */

/* Does the session still show private keys? If it does not, an empty search says nothing. */
bool hsm_sees_private(struct hsm *hsm, struct sti_error *err);

/* C_DestroyObject; CKR_OK as well if it failed and the object is gone. */
CK_RV hsm_object_destroy(struct hsm *hsm, CK_OBJECT_HANDLE object);

/*
 * Destroys the private and the public key with both the label and the id of the URI. *found: there
 * was one. False: it is not known that none is left; err has the reason alone.
 */
bool hsm_names_clear(struct hsm *hsm, const struct hsm_uri *uri, bool *found,
                     struct sti_error *err);

/* hsm_candidates.c */

/*
 * Refuses a URI that more than one object of the query fits, and names them: the first one found
 * need not be the one that was meant. Returns false.
 */
bool hsm_refuse_candidates(struct hsm *hsm, const struct hsm_query *query,
                           const struct hsm_uri *uri, struct sti_error *err);

/* hsm_key.c */

/* Refuses a private key that is not what hsm_key_generate() makes. */
bool hsm_key_check(struct hsm *hsm, CK_OBJECT_HANDLE key, const struct hsm_uri *uri,
                   struct sti_error *err);

#endif
