/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <string.h>

#define WIDTH 79
#define LEFT_COLUMN 28

/* Words set into lines of WIDTH, later lines behind `indent` blanks. */
struct paragraph {
    FILE *out;
    int indent;
    int column;
};

static void put_word(struct paragraph *text, const char *word, int length)
{
    bool first = text->column == text->indent;
    if (!first && text->column + 1 + length > WIDTH) {
        fprintf(text->out, "\n%*s", text->indent, "");
        text->column = text->indent;
        first = true;
    }
    fprintf(text->out, "%s%.*s", first ? "" : " ", length, word);
    text->column += length + (first ? 0 : 1);
}

/* Line ends in `words` count as blanks: the terminal's width decides where lines end. */
static void put_words(struct paragraph *text, const char *words)
{
    for (const char *at = words + strspn(words, " \n"); *at != '\0'; at += strspn(at, " \n")) {
        int length = (int)strcspn(at, " \n");
        put_word(text, at, length);
        at += length;
    }
}

static void print_paragraph(FILE *out, const char *words)
{
    struct paragraph text = {.out = out};
    put_words(&text, words);
    putc('\n', out);
}

static void print_command(const struct tool_command *command, FILE *out)
{
    fprintf(out, "  %-17s  %s\n", command->name, command->summary);
}

void help_program(const struct tool_program *program, FILE *out)
{
    fprintf(out, "%s: %s\n\nusage: %s COMMAND [OPTION]...\n\n", program->name, program->summary,
            program->name);
    for (size_t i = 0; program->commands[i] != NULL; i++)
        print_command(program->commands[i], out);
    putc('\n', out);
    print_paragraph(out, program->about);
    fprintf(out,
            "\n`%s COMMAND --help` explains one command; `%s --version` its version.\n"
            "Exit status: 0 done; 1 refused (the input failed a check); 2 wrong usage;\n"
            "3 the environment failed (HSM, file, database).\n",
            program->name, program->name);
}

void help_group(const struct tool_program *program, const char *group)
{
    size_t length = strlen(group);
    printf("usage: %s %s COMMAND [OPTION]...\n\n", program->name, group);
    for (size_t i = 0; program->commands[i] != NULL; i++) {
        const char *name = program->commands[i]->name;
        if (strncmp(name, group, length) == 0 && name[length] == ' ')
            print_command(program->commands[i], stdout);
    }
    printf("\n`%s %s COMMAND --help` explains one command.\n", program->name, group);
}

/* `--csr FILE`, in brackets unless it must be given. */
static void option_words(const struct tool_option *option, bool brackets, char *words, size_t size)
{
    snprintf(words, size, "%s--%s%s%s%s", brackets ? "[" : "", option->name,
             option->value == NULL ? "" : " ", option->value == NULL ? "" : option->value,
             brackets ? "]" : "");
}

static void print_usage(const struct tool_program *program, const struct tool_command *command)
{
    char words[80];
    struct paragraph line = {.out = stdout, .indent = 4, .column = 4};
    snprintf(words, sizeof(words), "%s %s", program->name, command->name);
    line.column = printf("usage: %s", words);
    for (size_t i = 0; i < TOOL_MAX_OPTIONS && command->options[i].name != NULL; i++) {
        option_words(&command->options[i], !command->options[i].required, words, sizeof(words));
        put_word(&line, words, (int)strlen(words));
    }
    if (command->positional != NULL)
        put_word(&line, command->positional, (int)strlen(command->positional));
    printf("\n\n");
}

static void print_option(const struct tool_option *option)
{
    char left[80];
    option_words(option, false, left, sizeof(left));
    printf("  %-*s", LEFT_COLUMN - 2, left);
    if (strlen(left) >= LEFT_COLUMN - 2)
        printf("\n%*s", LEFT_COLUMN, "");
    struct paragraph text = {.out = stdout, .indent = LEFT_COLUMN, .column = LEFT_COLUMN};
    put_words(&text, option->help);
    putchar('\n');
}

void help_command(const struct tool_program *program, const struct tool_command *command)
{
    print_usage(program, command);
    print_paragraph(stdout, command->about);
    if (command->options[0].name != NULL)
        printf("\noptions:\n");
    for (size_t i = 0; i < TOOL_MAX_OPTIONS && command->options[i].name != NULL; i++)
        print_option(&command->options[i]);
}
