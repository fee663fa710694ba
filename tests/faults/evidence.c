/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence.h"

#include <dirent.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <p11-kit/pkcs11.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static sqlite3 *open_ledger(const char *folder)
{
    char path[512];
    sqlite3 *database = NULL;
    snprintf(path, sizeof(path), "%s/ledger.sqlite", folder);
    if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        stop(path, sqlite3_errmsg(database));
    return database;
}

static int number_of(sqlite3 *database, const char *query)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(database, query, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        stop(query, sqlite3_errmsg(database));
    int number = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

static void read_last(sqlite3 *database, struct record *record)
{
    static const char query[] = "SELECT reason, certificate FROM certificate "
                                "ORDER BY number DESC LIMIT 1";
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(database, query, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        stop(query, sqlite3_errmsg(database));
    const unsigned char *reason = sqlite3_column_text(statement, 0);
    snprintf(record->reason, sizeof(record->reason), "%s",
             reason == NULL ? "" : (const char *)reason);
    record->certificate_length = sqlite3_column_bytes(statement, 1);
    if ((size_t)record->certificate_length > sizeof(record->certificate))
        stop(query, "too long a certificate");
    if (record->certificate_length > 0)
        memcpy(record->certificate, sqlite3_column_blob(statement, 1),
               (size_t)record->certificate_length);
    sqlite3_finalize(statement);
}

void read_ledger(const struct stage *stage, struct record *record)
{
    static const char rows[] = "SELECT count(*) FROM certificate";
    static const char issued[] = "SELECT count(*) FROM certificate WHERE state = 'issued'";
    static const char uses[] = "SELECT count(*) FROM token_use";
    sqlite3 *before = open_ledger(stage->world);
    sqlite3 *after = open_ledger(stage->folder);
    memset(record, 0, sizeof(*record));
    record->rows = number_of(after, rows) - number_of(before, rows);
    record->issued = number_of(after, issued) - number_of(before, issued);
    record->token_uses = number_of(after, uses) - number_of(before, uses);
    record->open_intents =
        number_of(after, "SELECT count(*) FROM certificate WHERE state = 'intended'");
    if (record->rows > 0)
        read_last(after, record);
    sqlite3_close(before);
    sqlite3_close(after);
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
