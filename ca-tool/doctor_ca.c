/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands of sti-ca need: the configuration and all that it names. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>

#include "clock.h"
#include "config.h"
#include "doctor.h"
#include "hsm.h"
#include "ledger.h"
#include "load.h"
#include "profiles.h"
#include "site.h"

/* 2026-01-01: no machine that runs this program was set right before it was written. */
#define CLOCK_LEAST INT64_C(1767225600)
/* 2100-01-01 */
#define CLOCK_MOST INT64_C(4102444800)

static void check_clock(struct doctor *doctor)
{
    char text[CLOCK_TEXT];
    int64_t now = clock_now();
    clock_text(now, text);
    bool sane = now >= CLOCK_LEAST && now < CLOCK_MOST;
    doctor_note(doctor, sane ? DOCTOR_OK : DOCTOR_FAILED, "clock",
                sane ? NULL : "set the clock: certificates and tokens are judged by it",
                "it is %s (UTC)", text);
}

/* The certificate of a CA, once it was made: is the clock within its validity? */
static void check_certificate(struct doctor *doctor, const char *section, const char *path)
{
    struct sti_error err;
    if (access(path, F_OK) != 0) {
        doctor_note(doctor, DOCTOR_SKIPPED, "certificate", NULL, "[%s] %s is not made yet", section,
                    path);
        return;
    }
    X509 *certificate = load_certificate(path, &err);
    if (certificate == NULL) {
        doctor_note_error(doctor, "certificate", &err);
        return;
    }
    bool early = X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0;
    bool late = X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0;
    if (early || late)
        doctor_note(doctor, DOCTOR_FAILED, "certificate",
                    early ? "check the clock" : "check the clock, or make a new certificate",
                    "[%s] %s %s", section, path, early ? "is not valid yet" : "has expired");
    else
        doctor_note(doctor, DOCTOR_OK, "certificate", NULL, "[%s] %s is valid now", section, path);
    X509_free(certificate);
}

static void check_pin_source(struct doctor *doctor, const char *section, const struct hsm_uri *uri)
{
    struct stat status;
    if (uri->pin_fd != HSM_NO_FD) {
        doctor_note(doctor, DOCTOR_OK, "pin", NULL,
                    "[%s] is read from descriptor %d, which is handed to the run that needs it",
                    section, uri->pin_fd);
        return;
    }
    if (uri->pin_file == NULL) {
        doctor_note(doctor, DOCTOR_OK, "pin", NULL, "[%s] is asked for on the terminal", section);
        return;
    }
    if (stat(uri->pin_file, &status) != 0)
        doctor_note(doctor, DOCTOR_FAILED, "pin",
                    "put the PIN there, or remove pin-source from the key to be asked for it",
                    "[%s] %s: %s", section, uri->pin_file, strerror(errno));
    else if ((status.st_mode & 077) != 0)
        doctor_note(doctor, DOCTOR_FAILED, "pin", "take the others' rights away: chmod 600",
                    "[%s] %s is open to other users (mode %04o)", section, uri->pin_file,
                    (unsigned)(status.st_mode & 07777));
    else if (status.st_uid != geteuid() && status.st_uid != 0)
        doctor_note(doctor, DOCTOR_FAILED, "pin", "put the PIN into a file of your own",
                    "[%s] %s belongs to another user (uid %u)", section, uri->pin_file,
                    (unsigned)status.st_uid);
    else
        doctor_note(doctor, DOCTOR_OK, "pin", NULL, "[%s] is in %s", section, uri->pin_file);
}

static void check_key(struct doctor *doctor, const struct config *config, const char *section,
                      const char *key)
{
    struct sti_error err;
    struct hsm_token_info info;
    struct hsm_uri *uri = hsm_uri_parse(key, config->directory, &err);
    if (uri == NULL) {
        doctor_note_error(doctor, "token", &err);
        return;
    }
    bool there = hsm_probe(uri, &info, &err);
    if (there)
        doctor_note(doctor, DOCTOR_OK, "token", NULL, "[%s] '%s' is there (%s %s, serial %s)",
                    section, info.label, info.manufacturer, info.model, info.serial);
    else
        doctor_note_error(doctor, "token", &err);
    if (there && info.pin_pad)
        doctor_note(doctor, DOCTOR_OK, "pin", NULL, "[%s] is typed on the token's own PIN pad",
                    section);
    else
        check_pin_source(doctor, section, uri);
    hsm_uri_free(uri);
}

static void check_anchors(struct doctor *doctor, const char *path)
{
    struct sti_error err;
    STACK_OF(X509) *anchors = load_certificates(path, &err);
    if (anchors == NULL)
        doctor_note_error(doctor, "sti-pa-anchors", &err);
    else
        doctor_note(doctor, DOCTOR_OK, "sti-pa-anchors", NULL, "%s has %d", path,
                    sk_X509_num(anchors));
    sk_X509_pop_free(anchors, X509_free);
}

static void check_ledger(struct doctor *doctor, const char *path)
{
    struct sti_error err;
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        doctor_note(doctor, DOCTOR_FAILED, "ledger", "sti-ca init", "%s is not there", path);
        return;
    }
    struct ledger *ledger = ledger_open(path, LEDGER_READ, clock_now(), &err);
    if (ledger == NULL)
        doctor_note_error(doctor, "ledger", &err);
    else if (access(path, W_OK) != 0)
        doctor_note(doctor, DOCTOR_FAILED, "ledger", "give the CA's user the right to write it",
                    "%s cannot be written: %s", path, strerror(errno));
    else
        doctor_note(doctor, DOCTOR_OK, "ledger", NULL, "%s can be read and written", path);
    ledger_close(ledger);
}

static void check_lists(struct doctor *doctor, const char *path)
{
    if (access(path, W_OK | X_OK) == 0)
        doctor_note(doctor, DOCTOR_OK, "lists", NULL, "%s can be written", path);
    else
        doctor_note(doctor, DOCTOR_FAILED, "lists",
                    errno == ENOENT ? "sti-ca init, or mkdir" : "give the CA's user the right",
                    "%s: %s", path, strerror(errno));
}

/* Every profile of the folder is read: the first bad one would else be found by the run it stops.
 */
static void check_profiles(struct doctor *doctor, const struct config *config)
{
    struct sti_error err;
    struct site site;
    const char *folder = config->profiles;
    char **names = profiles_names(folder, &err);
    bool ok = names != NULL;
    size_t count = 0;
    for (; ok && names[count] != NULL; count += ok) {
        struct profile *profile = profiles_load(folder, names[count], &err);
        ok = profile != NULL && site_find(&site, config, profile, &err);
        profile_free(profile);
    }
    ok = ok && site_check_names(config, &err);
    const char *where = folder == NULL ? "the program itself" : folder;
    if (!ok)
        doctor_note_error(doctor, "profiles", &err);
    else if (count == 0)
        doctor_note(doctor, DOCTOR_FAILED, "profiles",
                    "copy the files of conf/profiles there, or take the line `profiles` away",
                    "%s has none", where);
    else if (config->site_count == 0)
        doctor_note(doctor, DOCTOR_OK, "profiles", NULL, "%s has %zu", where, count);
    else
        doctor_note(doctor, DOCTOR_OK, "profiles", NULL,
                    "%s has %zu, of which %zu have values of their own in %s", where, count,
                    config->site_count, config->path);
    profiles_names_free(names);
}

static void check_all(struct doctor *doctor, const struct config *config)
{
    check_key(doctor, config, "root", config->root.key);
    check_key(doctor, config, "intermediate", config->intermediate.key);
    check_certificate(doctor, "root", config->root.certificate);
    check_certificate(doctor, "intermediate", config->intermediate.certificate);
    check_anchors(doctor, config->sti_pa_anchors);
    check_ledger(doctor, config->ledger);
    check_lists(doctor, config->lists);
    check_profiles(doctor, config);
}

void doctor_ca(struct doctor *doctor, const char *config_path, bool config_given)
{
    struct sti_error err;
    doctor->group = "ca";
    if (!doctor->quiet)
        printf("ca: what sti-ca works with\n");
    check_clock(doctor);
    if (!config_given && access(config_path, F_OK) != 0) {
        doctor_note(doctor, DOCTOR_SKIPPED, "configuration", NULL,
                    "there is no %s here; --config FILE names another", config_path);
        return;
    }
    struct config *config = config_read(config_path, &err);
    if (config == NULL) {
        doctor_note_error(doctor, "configuration", &err);
        return;
    }
    doctor_note(doctor, DOCTOR_OK, "configuration", NULL, "%s is read", config_path);
    check_all(doctor, config);
    config_free(config);
}
