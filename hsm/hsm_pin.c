/* SPDX-License-Identifier: Apache-2.0 */
/* Where a PIN comes from. It is held in the caller's buffer only, which the caller wipes. */
#include "hsm_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The longest first line: a PIN, and CR LF. */
#define LINE_MAX_OCTETS (HSM_PIN_MAX + 2)

/* How messages call the place of a PIN. */
struct place {
    char text[300];
};

static struct place place_of(const struct hsm_uri *uri)
{
    struct place place;
    if (uri->pin_file != NULL)
        snprintf(place.text, sizeof(place.text), "the PIN file %s", uri->pin_file);
    else
        snprintf(place.text, sizeof(place.text), "the file on descriptor %d", uri->pin_fd);
    return place;
}

/*
 * A PIN others can read is no PIN. A file without a name is reached through its descriptor alone,
 * so its mode lets nobody in.
 */
static bool check_regular(const struct stat *status, const struct hsm_uri *uri,
                          struct sti_error *err)
{
    if (status->st_nlink > 0 && (status->st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return sti_fail(err, "%s is open to other users (mode %04o); run: chmod 600 %s",
                        place_of(uri).text, (unsigned)(status->st_mode & 07777),
                        uri->pin_file == NULL ? "FILE" : uri->pin_file);
    /* root's file: whoever is root reads every file. */
    if (status->st_uid != geteuid() && status->st_uid != 0)
        return sti_fail(err,
                        "%s belongs to another user (uid %u), who can read and change it; put the "
                        "PIN into a file of your own",
                        place_of(uri).text, (unsigned)status->st_uid);
    return true;
}

static bool check_file(int fd, const struct hsm_uri *uri, struct sti_error *err)
{
    const char *path = uri->pin_file;
    struct stat status;
    if (fstat(fd, &status) != 0)
        return sti_fail(err, "the PIN file %s cannot be examined: %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return sti_fail(err, "the PIN file %s is not a regular file; put the PIN into one", path);
    return check_regular(&status, uri, err);
}

/* One read() that no signal ends: as many octets as come, 0 at the end, -1 with errno. */
static ssize_t read_some(int fd, char *buffer, size_t size)
{
    ssize_t got = 0;
    do
        got = read(fd, buffer, size);
    while (got < 0 && errno == EINTR);
    return got;
}

static bool read_all(int fd, char *buffer, size_t size, size_t *length)
{
    *length = 0;
    while (*length < size) {
        ssize_t got = read_some(fd, buffer + *length, size - *length);
        if (got < 0)
            return false;
        if (got == 0)
            break;
        *length += (size_t)got;
    }
    return true;
}

/* Octet by octet, so that what follows the line stays for the next login. */
static bool read_line(int fd, char *buffer, size_t size, size_t *length)
{
    *length = 0;
    while (*length < size && (*length == 0 || buffer[*length - 1] != '\n')) {
        ssize_t got = read_some(fd, buffer + *length, 1);
        if (got < 0)
            return false;
        if (got == 0)
            break;
        ++*length;
    }
    return true;
}

/* Cuts the first line out of what was read and copies it to pin. */
static bool take_line(const char *line, size_t length, const struct hsm_uri *uri,
                      char pin[HSM_PIN_MAX + 1], struct sti_error *err)
{
    const char *end = memchr(line, '\n', length);
    if (end != NULL) {
        length = (size_t)(end - line);
        if (length > 0 && line[length - 1] == '\r')
            length--;
    }
    if (length == 0)
        return sti_fail(err, "the first line of %s is empty; put the PIN there",
                        place_of(uri).text);
    if (length > HSM_PIN_MAX)
        return sti_fail(err, "the first line of %s is longer than a PIN can be (%d)",
                        place_of(uri).text, HSM_PIN_MAX);
    if (memchr(line, '\0', length) != NULL)
        return sti_fail(err, "the first line of %s contains a NUL octet; remove it",
                        place_of(uri).text);
    memcpy(pin, line, length);
    pin[length] = '\0';
    return true;
}

static bool from_file(const struct hsm_uri *uri, char pin[HSM_PIN_MAX + 1], struct sti_error *err)
{
    const char *path = uri->pin_file;
    /* O_NONBLOCK: a FIFO in the file's place must be refused, not waited for. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return sti_fail(err, "the PIN file %s cannot be opened: %s; correct pin-source", path,
                        strerror(errno));
    char line[LINE_MAX_OCTETS];
    size_t length = 0;
    bool good = check_file(fd, uri, err);
    if (good && !read_all(fd, line, sizeof(line), &length))
        good = sti_fail(err, "the PIN file %s cannot be read: %s", path, strerror(errno));
    good = good && take_line(line, length, uri, pin, err);
    OPENSSL_cleanse(line, sizeof(line));
    close(fd);
    return good;
}

bool hsm_pin_reachable(const struct hsm_uri *uri, struct sti_error *err)
{
    if (uri->pin_fd == HSM_NO_FD)
        return true;
    int flags = fcntl(uri->pin_fd, F_GETFD);
    if (flags < 0 || (flags & FD_CLOEXEC) != 0)
        return sti_fail(err,
                        "the descriptor of pin-source=fd:%d was not handed to this process; start "
                        "it with %d<FILE, or correct pin-source",
                        uri->pin_fd, uri->pin_fd);
    if (isatty(uri->pin_fd))
        return sti_fail(err,
                        "the descriptor of pin-source=fd:%d is a terminal, which shows what is "
                        "typed; leave pin-source out to be asked for the PIN",
                        uri->pin_fd);
    struct stat status;
    if (fstat(uri->pin_fd, &status) != 0)
        return sti_fail(err, "the descriptor of pin-source=fd:%d cannot be examined: %s",
                        uri->pin_fd, strerror(errno));
    return !S_ISREG(status.st_mode) || check_regular(&status, uri, err);
}

static bool from_fd(const struct hsm_uri *uri, char pin[HSM_PIN_MAX + 1], struct sti_error *err)
{
    char line[LINE_MAX_OCTETS];
    size_t length = 0;
    bool good = read_line(uri->pin_fd, line, sizeof(line), &length);
    if (!good)
        sti_fail(err, "the PIN cannot be read from descriptor %d: %s", uri->pin_fd,
                 strerror(errno));
    else if (length == 0)
        good = sti_fail(err,
                        "descriptor %d has no line left for the PIN of token '%s'; every login "
                        "reads one line from it",
                        uri->pin_fd, uri->token);
    good = good && take_line(line, length, uri, pin, err);
    OPENSSL_cleanse(line, sizeof(line));
    return good;
}

bool hsm_pin_get(const struct hsm_uri *uri, hsm_ask_pin ask, void *context,
                 char pin[HSM_PIN_MAX + 1], struct sti_error *err)
{
    pin[0] = '\0';
    if (uri->pin_file != NULL)
        return from_file(uri, pin, err);
    if (uri->pin_fd != HSM_NO_FD)
        return from_fd(uri, pin, err);
    if (ask == NULL)
        return sti_error_set(err, STI_USAGE, NULL,
                             "there is no PIN for token '%s'; put it in a file of mode 600 and add "
                             "pin-source=file:PATH behind the '?' of the URI",
                             uri->token);
    sti_error_clear(err);
    if (!ask(context, uri->token, pin, err))
        return false;
    pin[HSM_PIN_MAX] = '\0';
    if (pin[0] == '\0')
        return sti_fail(err, "the PIN for token '%s' is empty; it was not tried", uri->token);
    return true;
}
