/* SPDX-License-Identifier: Apache-2.0 */
/*
 * People at a terminal of 80 columns: runs a command there and answers what it asks, in whatever
 * order. For tests that hold a ceremony hundreds of times.
 *
 * usage: people ANSWERS COMMAND [ARGUMENT]...
 *
 * A line of ANSWERS is `PROMPT|ANSWER`: the answer is typed whenever the screen ends with a
 * question
 * (": ") whose line has the prompt in it. What nobody has an answer to, is aborted. The screen goes
 * to standard output. The exit status is the command's, or 128 and the signal that has ended it.
 */
#include <errno.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINES_MAX 16
#define LINE_MAX_OCTETS 256
#define SECONDS_MAX 120

static char lines[LINES_MAX][LINE_MAX_OCTETS]; /* PROMPT NUL ANSWER LF NUL */
static size_t line_count;

_Noreturn static void stop(const char *what, const char *why)
{
    fprintf(stderr, "people: %s: %s\n", what, why);
    exit(2);
}

static void read_answers(const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        stop(path, strerror(errno));
    while (line_count < LINES_MAX && fgets(lines[line_count], LINE_MAX_OCTETS, file) != NULL) {
        char *bar = strchr(lines[line_count], '|');
        if (bar == NULL || strchr(bar, '\n') == NULL)
            stop(path, "a line is no PROMPT|ANSWER");
        *bar = '\0';
        line_count++;
    }
    fclose(file);
}

static const char *answer_to(const char *question)
{
    for (size_t i = 0; i < line_count; i++)
        if (strstr(question, lines[i]) != NULL)
            return lines[i] + strlen(lines[i]) + 1;
    return "abort\n";
}

/* The last line of the screen, as far as it is kept; it is a question if it ends with ": ". */
struct screen {
    char line[1024];
    size_t length;
};

static void show(struct screen *screen, const char *octets, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (octets[i] == '\n')
            screen->length = 0;
        else if (screen->length + 1 < sizeof(screen->line))
            screen->line[screen->length++] = octets[i];
    }
    screen->line[screen->length] = '\0';
}

static void talk(int terminal)
{
    struct screen screen = {.length = 0};
    char octets[4096];
    ssize_t got;
    /* When the command has ended, reading fails with EIO. */
    while ((got = read(terminal, octets, sizeof(octets))) > 0) {
        if (write(STDOUT_FILENO, octets, (size_t)got) != got)
            stop("standard output", strerror(errno));
        show(&screen, octets, (size_t)got);
        size_t length = screen.length;
        if (length < 2 || strcmp(screen.line + length - 2, ": ") != 0)
            continue;
        const char *answer = answer_to(screen.line);
        if (write(terminal, answer, strlen(answer)) < 0)
            break;
        screen.length = 0;
    }
}

int main(int argc, char **argv)
{
    struct winsize size = {.ws_row = 25, .ws_col = 80};
    int terminal = -1;
    int status = 0;
    if (argc < 3)
        stop("usage", "people ANSWERS COMMAND [ARGUMENT]...");
    read_answers(argv[1]);
    pid_t child = forkpty(&terminal, NULL, NULL, &size);
    if (child < 0)
        stop("forkpty", strerror(errno));
    if (child == 0) {
        alarm(SECONDS_MAX); /* stays over exec: whatever hangs is ended by it */
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    talk(terminal);
    if (waitpid(child, &status, 0) != child)
        stop("waitpid", strerror(errno));
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
