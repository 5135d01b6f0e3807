#include "CLineEditor.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <editline/readline.h>

static cle_completer completer;
static char **words;
static size_t next;

// Hands the words out one by one, each for libedit to free.
static char *generate(const char *text, int state) {
  (void)text;
  if (state == 0) next = 0;
  return words != NULL && words[next] != NULL ? words[next++] : NULL;
}

static char **complete(const char *text, int start, int end) {
  (void)start;
  (void)end;
  // No names of files where there is nothing else.
  rl_attempted_completion_over = 1;
  if (completer == NULL) return NULL;
  words = completer(text);
  char **matches = words == NULL ? NULL : rl_completion_matches(text, generate);
  free(words);
  words = NULL;
  return matches;
}

void cle_begin(const char *name, cle_completer given) {
  // Else letters beyond ASCII are taken for bytes.
  setlocale(LC_CTYPE, "");
  completer = given;
  rl_readline_name = (char *)name;
  rl_initialize();
  using_history();
  rl_attempted_completion_function = complete;
  rl_completion_append_character = '\0';
  // What a name in Lua does not hold; a dot it does, as in node.list.
  rl_completer_word_break_characters = (char *)" \t\n\"\\'`@$><=;|&{}()[],+-*/~#^%:";
}

char *cle_read(const char *prompt) { return readline(prompt); }

void cle_remember(const char *line, int limit) {
  stifle_history(limit);
  add_history(line);
}

int cle_load(const char *path) { return read_history(path); }

int cle_save(const char *path) { return write_history(path); }
