/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "help.h"
#include "interrupt.h"
#include "process.h"

const char *tool_value(const struct tool_arguments *arguments, const char *name)
{
    const struct tool_option *options = arguments->command->options;
    for (size_t i = 0; i < TOOL_MAX_OPTIONS && options[i].name != NULL; i++)
        if (strcmp(options[i].name, name) == 0)
            return arguments->values[i];
    return NULL;
}

const char *tool_values(const struct tool_arguments *arguments, const char *name, size_t index)
{
    for (size_t i = 0; i < arguments->repeated_count; i++)
        if (strcmp(arguments->repeated[i].name, name) == 0 && index-- == 0)
            return arguments->repeated[i].value;
    return NULL;
}

bool tool_flag(const struct tool_arguments *arguments, const char *name)
{
    return tool_value(arguments, name) != NULL;
}

/* Wrong words: the sentence, and where to read up. */
static bool usage(struct sti_error *err, const struct tool_arguments *arguments, const char *format,
                  ...) STI_PRINTF(3, 4);

static bool usage(struct sti_error *err, const struct tool_arguments *arguments, const char *format,
                  ...)
{
    char sentence[200];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof(sentence), format, args);
    va_end(args);
    return sti_error_set(err, STI_USAGE, NULL, "%s; see `%s%s%s --help`", sentence,
                         arguments->program->name, arguments->command == NULL ? "" : " ",
                         arguments->command == NULL ? "" : arguments->command->name);
}

/* Finds the command whose one or two words stand at argv[0]; *used tells how many there are. */
static const struct tool_command *find_command(const struct tool_program *program, int argc,
                                               char **argv, int *used)
{
    for (size_t i = 0; program->commands[i] != NULL; i++) {
        const char *name = program->commands[i]->name;
        const char *blank = strchr(name, ' ');
        size_t first = blank == NULL ? strlen(name) : (size_t)(blank - name);
        if (argc < 1 || strlen(argv[0]) != first || strncmp(argv[0], name, first) != 0)
            continue;
        if (blank != NULL && (argc < 2 || strcmp(argv[1], blank + 1) != 0))
            continue;
        *used = blank == NULL ? 1 : 2;
        return program->commands[i];
    }
    return NULL;
}

/* getopt_long() takes `--conf` for --config; a later option could change what that means. */
static bool is_whole_name(const struct tool_option *option, char **argv)
{
    const char *word = argv[optind - 1];
    if (option->value != NULL && word == optarg)
        word = argv[optind - 2]; /* the value stands in a word of its own */
    size_t length = strlen(option->name);
    return strncmp(word + 2, option->name, length) == 0 &&
           (word[2 + length] == '\0' || word[2 + length] == '=');
}

/* True if the option may be given several times: its value is called "FILE...". */
static bool is_repeated(const struct tool_option *option)
{
    size_t length = option->value == NULL ? 0 : strlen(option->value);
    return length > 3 && strcmp(option->value + length - 3, "...") == 0;
}

/* Keeps one value of an option, which may have some already. */
static bool take_value(struct tool_arguments *arguments, int index, struct sti_error *err)
{
    const struct tool_option *option = &arguments->command->options[index];
    const char *value = option->value == NULL ? option->name : optarg;
    if (arguments->values[index] == NULL)
        arguments->values[index] = value;
    else if (!is_repeated(option))
        return usage(err, arguments, "--%s is given twice", option->name);
    if (!is_repeated(option))
        return true;
    if (arguments->repeated_count == TOOL_MAX_REPEATED)
        return usage(err, arguments, "--%s is one value too many, there is room for %d",
                     option->name, TOOL_MAX_REPEATED);
    arguments->repeated[arguments->repeated_count].name = option->name;
    arguments->repeated[arguments->repeated_count++].value = value;
    return true;
}

/* Hands the command's options to getopt_long(); its own words are off, ours are sentences. */
static bool parse_options(struct tool_arguments *arguments, int argc, char **argv, bool *help,
                          struct sti_error *err)
{
    const struct tool_option *options = arguments->command->options;
    struct option table[TOOL_MAX_OPTIONS + 2] = {{0}};
    int count = 0;
    for (; count < TOOL_MAX_OPTIONS && options[count].name != NULL; count++)
        table[count] = (struct option){
            options[count].name, options[count].value == NULL ? no_argument : required_argument,
            NULL, 0};
    table[count] = (struct option){"help", no_argument, NULL, 'h'};
    opterr = 0;
    optind = 0; /* start anew */
    int index = -1;
    for (int c; (c = getopt_long(argc, argv, ":h", table, &index)) != -1; index = -1) {
        if (c == ':')
            return usage(err, arguments, "%s needs a value", argv[optind - 1]);
        if (c == 'h') {
            *help = true;
            return true;
        }
        if (c != 0)
            return usage(err, arguments, "there is no option %s", argv[optind - 1]);
        if (!is_whole_name(&options[index], argv))
            return usage(err, arguments, "an option is cut short, --%s was meant?",
                         options[index].name);
        if (!take_value(arguments, index, err))
            return false;
    }
    return true;
}

/* `[FILE...]` takes all words that are left, also none. */
static bool takes_the_rest(const char *name, size_t length)
{
    return length > 5 && strncmp(name + length - 4, "...]", 4) == 0;
}

/* The words that are no options, one for every name; none may be missing or too many. */
static bool take_positionals(struct tool_arguments *arguments, int argc, char **argv,
                             struct sti_error *err)
{
    const char *names = arguments->command->positional;
    for (size_t i = 0; names != NULL && i < TOOL_MAX_POSITIONALS && *names != '\0'; i++) {
        size_t length = strcspn(names, " ");
        if (takes_the_rest(names, length)) {
            arguments->rest = argv + optind;
            arguments->rest_count = (size_t)(argc - optind);
            return true;
        }
        if (optind >= argc)
            return usage(err, arguments, "%.*s is missing", (int)length, names);
        arguments->positionals[i] = argv[optind++];
        names += length + strspn(names + length, " ");
    }
    arguments->positional = arguments->positionals[0];
    if (optind < argc)
        return usage(err, arguments, "%s is one word too many", argv[optind]);
    return true;
}

static bool check_words(struct tool_arguments *arguments, int argc, char **argv,
                        struct sti_error *err)
{
    const struct tool_command *command = arguments->command;
    if (!take_positionals(arguments, argc, argv, err))
        return false;
    for (size_t i = 0; i < TOOL_MAX_OPTIONS && command->options[i].name != NULL; i++)
        if (command->options[i].required && arguments->values[i] == NULL)
            return usage(err, arguments, "--%s is missing", command->options[i].name);
    return true;
}

/* The commands of two words whose first one this is, as far as there is room; false: none. */
static bool commands_beginning_with(const struct tool_program *program, const char *word,
                                    char *names, size_t size)
{
    size_t length = strlen(word);
    size_t used = 0;
    for (size_t i = 0; length > 0 && program->commands[i] != NULL; i++) {
        const char *name = program->commands[i]->name;
        if (strncmp(name, word, length) != 0 || name[length] != ' ' ||
            used + strlen(name) + 3 > size)
            continue;
        used += (size_t)snprintf(names + used, size - used, "%s%s", used == 0 ? "" : ", ", name);
    }
    return used > 0;
}

static bool run_command(struct tool_arguments *arguments, int argc, char **argv,
                        struct sti_error *err)
{
    bool help = false;
    if (!parse_options(arguments, argc, argv, &help, err))
        return false;
    if (help) {
        help_command(arguments->program, arguments->command);
        return true;
    }
    if (!check_words(arguments, argc, argv, err))
        return false;
    if (arguments->command->ends_in_order && !interrupt_watch(arguments->program->name, err))
        return false;
    return arguments->command->run(arguments, err);
}

static bool run_program(struct tool_arguments *arguments, int argc, char **argv,
                        struct sti_error *err)
{
    int used = 0;
    arguments->command = find_command(arguments->program, argc - 1, argv + 1, &used);
    if (arguments->command != NULL)
        return run_command(arguments, argc - used, argv + used, err);
    const char *word = argc < 2 ? "" : argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        help_program(arguments->program, stdout);
        return true;
    }
    if (strcmp(word, "--version") == 0) {
        printf("%s %s\n", arguments->program->name, STI_PKI_VERSION);
        return true;
    }
    if (*word == '\0') {
        help_program(arguments->program, stderr);
        return usage(err, arguments, "a command is missing");
    }
    char whole[160];
    bool is_group = commands_beginning_with(arguments->program, word, whole, sizeof(whole));
    if (is_group && argc == 3 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0)) {
        help_group(arguments->program, word);
        return true;
    }
    if (is_group)
        return usage(err, arguments, "%s is half a command; there is: %s", word, whole);
    return usage(err, arguments, "there is no command %s", word);
}

/* With --json there is one JSON value on standard output: the result, or else the error. */
static bool json_printed;

void tool_json_begins(void)
{
    json_printed = true;
}

bool tool_print_json(json_t *json, struct sti_error *err)
{
    if (json == NULL)
        return sti_fail(err, "no memory for the JSON output");
    tool_json_begins();
    bool ok = json_dumpf(json, stdout, JSON_INDENT(2)) == 0 && putchar('\n') == '\n';
    json_decref(json);
    return ok || sti_fail(err, "standard output cannot be written: %s", strerror(errno));
}

json_t *tool_json_text(const char *text)
{
    json_t *json = json_string(text);
    if (json != NULL)
        return json;
    char copy[1024];
    size_t length = 0;
    for (; *text != '\0' && length + 4 < sizeof(copy); text++) {
        if ((unsigned char)*text < 0x80) {
            copy[length++] = *text;
            continue;
        }
        memcpy(copy + length, "\xef\xbf\xbd", 3);
        length += 3;
    }
    copy[length] = '\0';
    return json_string(copy);
}

static void set_place(json_t *json, const char *name, size_t value)
{
    json_object_set_new(json, name, json_integer((json_int_t)value));
}

json_t *tool_error_json(const struct sti_error *err)
{
    static const char *const codes[] = {"ok", "refused", "usage", "environment"};
    json_t *json = json_object();
    json_object_set_new(json, "code", json_string(codes[err->code]));
    if (err->source[0] != '\0')
        json_object_set_new(json, "source", tool_json_text(err->source));
    if (err->part[0] != '\0')
        json_object_set_new(json, "part", tool_json_text(err->part));
    if (err->entry != 0)
        set_place(json, "entry", err->entry);
    if (err->offset != STI_NOWHERE)
        set_place(json, "byte", err->offset);
    if (err->line != 0)
        set_place(json, "line", err->line);
    if (err->column != 0)
        set_place(json, "column", err->column);
    json_object_set_new(json, "sentence", tool_json_text(err->sentence));
    if (err->clause != NULL)
        json_object_set_new(json, "clause", json_string(err->clause));
    return json;
}

/* The one place where an error is printed. */
static int report(const struct tool_arguments *arguments, const struct sti_error *err)
{
    char line[2048];
    sti_error_text(err, line, sizeof(line));
    fprintf(stderr, "%s: %s\n", arguments->program->name, line);
    return (int)err->code;
}

/* What was printed may only now turn out to have gone nowhere. */
static bool flush_output(struct sti_error *err)
{
    bool lost = ferror(stdout) != 0;
    if (fflush(stdout) == 0 && !lost)
        return true;
    const char *done = interrupt_said();
    return sti_fail(err, "standard output cannot be written: %s%s%s",
                    lost ? "not all of it was taken" : strerror(errno), done == NULL ? "" : "; ",
                    done == NULL ? "" : done);
}

int tool_main(const struct tool_program *program, int argc, char **argv)
{
    struct tool_arguments arguments = {.program = program};
    struct sti_error err;
    sti_error_clear(&err);
    bool ok = process_harden(&err) && run_program(&arguments, argc, argv, &err);
    if (!ok && err.code == STI_OK)
        sti_fail(&err, "an error without a reason; please report this");
    if (ok)
        ok = flush_output(&err);
    if (!ok)
        interrupt_explain(&err);
    if (!ok && arguments.command != NULL && tool_flag(&arguments, "json") && !json_printed) {
        tool_print_json(json_pack("{s:o}", "error", tool_error_json(&err)), NULL);
        fflush(stdout);
    }
    if (ok && interrupt_noted() != 0) {
        interrupt_too_late(&err);
        ok = false;
    }
    int status = ok ? STI_OK : report(&arguments, &err);
    interrupt_end();
    return status;
}
