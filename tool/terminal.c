/* SPDX-License-Identifier: Apache-2.0 */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "interrupt.h"

bool terminal_open(struct terminal *terminal)
{
    terminal->out = NULL;
    terminal->in = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal->in < 0)
        return false;
    terminal->out = fopen("/dev/tty", "we");
    if (terminal->out != NULL)
        return true;
    terminal_close(terminal);
    return false;
}

void terminal_close(struct terminal *terminal)
{
    if (terminal->out != NULL)
        fclose(terminal->out);
    if (terminal->in >= 0)
        close(terminal->in);
    terminal->out = NULL;
    terminal->in = -1;
}

bool terminal_line(struct terminal *terminal, char *line, size_t size)
{
    tcflush(terminal->in, TCIFLUSH); /* an answer typed before the question is none */
    fflush(terminal->out);
    size_t length = 0;
    while (length + 1 < size && interrupt_wait(terminal->in)) {
        ssize_t got = read(terminal->in, line + length, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        if (line[length] == '\n') {
            line[length] = '\0';
            return true;
        }
        length++;
    }
    line[0] = '\0';
    return false;
}
