// Which lines of which files were executed: a permanent hook, set on the first coroutine and inherited by all others.
#include <stdlib.h>
#include <string.h>

#include "state.h"

// The lines of one file, a bit each.
typedef struct lvm_file {
  char *name;
  unsigned char *bits;
  size_t size;
  struct lvm_file *next;
} lvm_file;

struct lvm_lines {
  lvm_file *files;
};

static lvm_file *file_of(lvm_lines *lines, const char *name) {
  for (lvm_file *file = lines->files; file; file = file->next)
    if (strcmp(file->name, name) == 0) return file;
  lvm_file *file = calloc(1, sizeof(lvm_file));
  if (!file) return NULL;
  file->name = strdup(name);
  if (!file->name) {
    free(file);
    return NULL;
  }
  file->next = lines->files;
  lines->files = file;
  return file;
}

static void line_hook(lua_State *L, lua_Debug *event) {
  lvm_lines *lines = lvm_of(L)->lines;
  if (!lines || !lua_getinfo(L, "Sl", event) || event->currentline < 1) return;
  lvm_file *file = file_of(lines, event->source);
  if (!file) return;
  size_t line = (size_t)event->currentline;
  if (line / 8 >= file->size) {
    size_t size = line / 8 + 64;
    unsigned char *bits = realloc(file->bits, size);
    if (!bits) return;
    memset(bits + file->size, 0, size - file->size);
    file->bits = bits;
    file->size = size;
  }
  file->bits[line / 8] |= (unsigned char)(1u << (line % 8));
}

void lvm_hook_lines(lvm_state *state, lua_State *L) {
  lua_sethook(L, state->lines ? line_hook : NULL, state->lines ? LUA_MASKLINE : 0, 0);
}

bool lvm_watch_lines(lvm_state *state) {
  if (!state->lines) state->lines = calloc(1, sizeof(lvm_lines));
  if (!state->lines) return false;
  lvm_hook_lines(state, state->L);
  return true;
}

void lvm_each_line(lvm_state *state, void *context, void (*each)(void *, const char *, int)) {
  if (!state->lines) return;
  for (lvm_file *file = state->lines->files; file; file = file->next)
    for (size_t line = 0; line < file->size * 8; line++)
      if (file->bits[line / 8] & (1u << (line % 8))) each(context, file->name, (int)line);
}

void lvm_free_lines(lvm_state *state) {
  if (!state->lines) return;
  for (lvm_file *file = state->lines->files; file;) {
    lvm_file *next = file->next;
    free(file->name);
    free(file->bits);
    free(file);
    file = next;
  }
  free(state->lines);
  state->lines = NULL;
}
