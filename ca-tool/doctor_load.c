/* SPDX-License-Identifier: Apache-2.0 */
#include "doctor_load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/conf.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/provider.h>
#include <openssl/x509v3.h>

/* The child has this many seconds: two libcryptos in one process can wait for each other. */
#define LOAD_SECONDS 20

/* What the child writes to its standard output: one line, `WHAT: SENTENCE`, then it ends. */
static _Noreturn void report(const char *what, const char *sentence)
{
    printf("%s: %s\n", what, sentence);
    fflush(stdout);
    _exit(what[0] == 'o' ? 0 : 1); /* "ok" */
}

/* The last words of libcrypto that have a text of their own, the provider's before others. */
static const char *last_error(void)
{
    static char text[1024];
    const char *data = NULL;
    int flags = 0;
    unsigned long code = 0;
    while ((code = ERR_get_error_all(NULL, NULL, NULL, &data, &flags)) != 0) {
        const char *reason = ERR_reason_error_string(code);
        bool ours = strncmp(data, "tnauthlist: ", 12) == 0;
        if (text[0] == '\0' || ours)
            snprintf(text, sizeof(text), "%s%s%s",
                     ours             ? ""
                     : reason == NULL ? ""
                                      : reason,
                     ours || data[0] == '\0' ? "" : ": ", data);
        if (ours)
            break;
    }
    return text;
}

struct example {
    const char *oid;
    const char *name;
    const char *value;
};

/* An extension is made by its name and printed; what comes out must be what went in. */
static bool works(const struct example *example)
{
    X509V3_CTX ctx = {0};
    char *text = NULL;
    X509_EXTENSION *extension = X509V3_EXT_conf(NULL, &ctx, example->name, example->value);
    BIO *out = BIO_new(BIO_s_mem());
    bool ok = extension != NULL && out != NULL &&
              X509V3_EXT_print(out, extension, X509V3_EXT_ERROR_UNKNOWN, 0) == 1;
    long length = ok ? BIO_get_mem_data(out, &text) : 0;
    ok = ok && (size_t)length == strlen(example->value) &&
         memcmp(text, example->value, (size_t)length) == 0;
    BIO_free(out);
    X509_EXTENSION_free(extension);
    return ok;
}

static void check_examples(void)
{
    static const struct example examples[] = {
        {"1.3.6.1.5.5.7.1.26", "TNAuthList", "TN:12155550100-12155550199"},
        {"1.3.6.1.5.5.7.1.27", "JWTClaimConstraints", "mustInclude:attest"},
        {"1.3.6.1.5.5.7.1.33", "EnhancedJWTClaimConstraints", "mustExclude:origid"},
    };
    char sentence[512];
    for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
        int nid = OBJ_txt2nid(examples[i].oid);
        if (nid == NID_undef) {
            snprintf(sentence, sizeof(sentence), "%s (%s) is not registered in this libcrypto",
                     examples[i].name, examples[i].oid);
            report("names", sentence);
        }
        if (strcmp(OBJ_nid2sn(nid), examples[i].name) != 0) {
            snprintf(sentence, sizeof(sentence),
                     "%s has the name %s here: something registered it before the provider",
                     examples[i].oid, OBJ_nid2sn(nid));
            report("names", sentence);
        }
        if (!works(&examples[i])) {
            snprintf(sentence, sizeof(sentence),
                     "%s is registered, but not by this provider's method", examples[i].name);
            report("names", sentence);
        }
    }
}

/* The names that have no method: the access method, and the SHAKEN certificate policies. */
static void check_names(void)
{
    static const char *const names[][2] = {
        {"stirTNList", "1.3.6.1.5.5.7.48.14"},
        {"shakenPolicy1-1", "2.16.840.1.114569.1.1.1"},
        {"shakenPolicy1-3", "2.16.840.1.114569.1.1.3"},
        {"shakenPolicy1-4", "2.16.840.1.114569.1.1.4"},
    };
    char sentence[512];
    char other[80] = "nothing";
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        int nid = OBJ_sn2nid(names[i][0]);
        if (nid != NID_undef && nid == OBJ_txt2nid(names[i][1]))
            continue;
        if (nid != NID_undef)
            OBJ_obj2txt(other, sizeof(other), OBJ_nid2obj(nid), 1);
        snprintf(sentence, sizeof(sentence), "%s stands for %s here, not for %s", names[i][0],
                 other, names[i][1]);
        report("names", sentence);
    }
}

/* The child's whole life. */
static _Noreturn void load_and_report(const char *configuration, const char *module)
{
    alarm(LOAD_SECONDS);
    if (module == NULL && CONF_modules_load_file(configuration, NULL, 0) <= 0)
        report("load", last_error());
    if (module != NULL) {
        /* the order of an openssl command: the configuration first, its failures unsaid */
        CONF_modules_load_file(configuration, NULL, CONF_MFLAGS_IGNORE_ERRORS);
        ERR_clear_error();
        if (OSSL_PROVIDER_load(NULL, module) == NULL)
            report("load", last_error());
    }
    check_examples();
    check_names();
    report("ok", "TNAuthList, JWTClaimConstraints and EnhancedJWTClaimConstraints are made and "
                 "printed");
}

/* Starts the child and reads what it says; false if it cannot be started. */
static bool run_child(const char *configuration, const char *module, char *said, size_t size,
                      int *status)
{
    int ends[2];
    fflush(stdout);
    if (pipe(ends) != 0)
        return false;
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        load_and_report(configuration, module);
    }
    close(ends[1]);
    size_t length = 0;
    ssize_t got = 0;
    while (child > 0 && length + 1 < size &&
           ((got = read(ends[0], said + length, size - 1 - length)) > 0 ||
            (got < 0 && errno == EINTR)))
        length += got > 0 ? (size_t)got : 0;
    said[length] = '\0';
    close(ends[0]);
    while (child > 0 && waitpid(child, status, 0) < 0 && errno == EINTR)
        continue;
    return child > 0;
}

void doctor_load(struct doctor *doctor, const char *configuration, const char *module)
{
    char said[2048] = "";
    int status = 0;
    if (!run_child(configuration, module, said, sizeof(said), &status)) {
        doctor_note(doctor, DOCTOR_FAILED, "load", NULL, "no process could be started: %s",
                    strerror(errno));
        return;
    }
    said[strcspn(said, "\n")] = '\0';
    if (WIFSIGNALED(status)) {
        doctor_note(doctor, DOCTOR_FAILED, "load",
                    "the module may be built for another OpenSSL: build it against this one",
                    "loading it ended the process: %s", strsignal(WTERMSIG(status)));
        return;
    }
    const char *colon = strstr(said, ": ");
    const char *sentence = colon == NULL ? said : colon + 2;
    if (strncmp(said, "ok", 2) == 0)
        doctor_note(doctor, DOCTOR_OK, "load", NULL, "%s", sentence);
    else if (strncmp(said, "names", 5) == 0)
        doctor_note(doctor, DOCTOR_FAILED, "names",
                    "let the provider register first: remove other lines or modules that do it",
                    "%s", sentence);
    else
        doctor_note(doctor, DOCTOR_FAILED, "load", NULL, "%s", sentence);
}
