/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence.h"

#include <dirent.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger.h"
#include "p11.h"

/* ---- files ---- */

void list_files(const char *folder, const char *but, char text[FILES_MAX])
{
    struct dirent **entries = NULL;
    size_t length = 0;
    int count = scandir(folder, &entries, NULL, alphasort);
    if (count < 0)
        stop(folder, "cannot be read");
    text[0] = '\0';
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        if (but == NULL || strcmp(name, but) != 0)
            length += (size_t)snprintf(text + length, FILES_MAX - length, "%s\n", name);
        free(entries[i]);
        if (length >= FILES_MAX)
            stop(folder, "too many files");
    }
    free(entries);
}

/* ---- the token ---- */

static unsigned count_class(CK_FUNCTION_LIST *p11, CK_SESSION_HANDLE session, CK_OBJECT_CLASS class,
                            const char *label)
{
    CK_OBJECT_HANDLE objects[16];
    CK_ULONG count = 0;
    CK_ATTRIBUTE wanted[] = {{CKA_CLASS, &class, sizeof(class)},
                             {CKA_LABEL, (void *)label, (CK_ULONG)strlen(label)}};
    p11_check(p11->C_FindObjectsInit(session, wanted, 2), "C_FindObjectsInit");
    p11_check(p11->C_FindObjects(session, objects, 16, &count), "C_FindObjects");
    p11_check(p11->C_FindObjectsFinal(session), "C_FindObjectsFinal");
    return (unsigned)count;
}

void count_keys(const struct stage *stage, const char *label, unsigned *privates, unsigned *publics)
{
    char path[512];
    unsigned char pin[P11_PIN_MAX];
    CK_TOKEN_INFO info;
    snprintf(path, sizeof(path), "%s/softhsm2.conf", stage->outside);
    setenv("SOFTHSM2_CONF", path, 1);
    snprintf(path, sizeof(path), "%s/sti-ca.pin", stage->folder);
    CK_FUNCTION_LIST *p11 = p11_load(stage->module, NULL);
    CK_SESSION_HANDLE session = p11_session(p11, p11_slot(p11, "sti-ca", &info));
    CK_ULONG length = p11_pin(path, pin);
    p11_check(p11->C_Login(session, CKU_USER, pin, length), "C_Login");
    *privates = count_class(p11, session, CKO_PRIVATE_KEY, label);
    *publics = count_class(p11, session, CKO_PUBLIC_KEY, label);
    p11_check(p11->C_Finalize(NULL), "C_Finalize");
}

/* ---- the ledger ---- */

/* One row more; what is known of the last one stays. */
static bool count_row(void *context, const struct ledger_record *row, struct sti_error *err)
{
    struct record *record = context;
    (void)err;
    record->rows++;
    record->issued += row->state == LEDGER_ISSUED;
    record->open_intents += row->state == LEDGER_INTENDED;
    record->token_uses += row->state == LEDGER_ISSUED && row->jti != NULL;
    snprintf(record->reason, sizeof(record->reason), "%s", row->reason == NULL ? "" : row->reason);
    if (row->certificate_length > sizeof(record->certificate))
        stop(row->serial, "too long a certificate");
    record->certificate_length = (int)row->certificate_length;
    if (row->certificate != NULL)
        memcpy(record->certificate, row->certificate, row->certificate_length);
    return true;
}

static void read_one(const char *folder, struct record *record)
{
    char path[512];
    struct sti_error err;
    snprintf(path, sizeof(path), "%s/ledger.sqlite", folder);
    struct ledger *ledger = ledger_open(path, LEDGER_READ, 0, &err);
    struct ledger_verified verified;
    memset(record, 0, sizeof(*record));
    if (ledger == NULL || !ledger_list(ledger, count_row, record, &err) ||
        !ledger_verify(ledger, NULL, &verified, &err))
        stop(path, err.sentence);
    ledger_close(ledger);
}

void read_ledger(const struct stage *stage, struct record *record)
{
    struct record before;
    read_one(stage->world, &before);
    read_one(stage->folder, record);
    record->rows -= before.rows;
    record->issued -= before.issued;
    record->token_uses -= before.token_uses;
    if (record->rows > 0)
        return;
    record->reason[0] = '\0';
    record->certificate_length = 0;
}

/* ---- the certificate ---- */

static X509 *read_certificate(const char *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "re");
    X509 *certificate = file == NULL ? NULL : PEM_read_X509(file, NULL, NULL, NULL);
    if (file != NULL)
        fclose(file);
    return certificate;
}

bool verify_issued(const struct stage *stage, const struct story *story,
                   const struct record *record)
{
    unsigned char *der = NULL;
    X509 *issuer = read_certificate(stage->world, story->issuer);
    X509 *certificate = read_certificate(stage->folder, story->out);
    if (issuer == NULL)
        stop(story->issuer, "cannot be read");
    int length = certificate == NULL ? -1 : i2d_X509(certificate, &der);
    bool good = length > 0 && length == record->certificate_length &&
                memcmp(der, record->certificate, (size_t)length) == 0 &&
                X509_verify(certificate, X509_get0_pubkey(issuer)) == 1;
    OPENSSL_free(der);
    X509_free(certificate);
    X509_free(issuer);
    return good;
}
