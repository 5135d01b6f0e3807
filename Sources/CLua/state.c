// The state's life, its memory account and its libraries.
#include "state.h"

#include <stdio.h>
#include <stdlib.h>

char lvm_key_memory, lvm_key_names, lvm_key_busy, lvm_key_inner, lvm_key_objects, lvm_key_sealed,
    lvm_key_closure_meta, lvm_key_trace, lvm_key_trace_error, lvm_marker;

lvm_state *lvm_of(lua_State *L) { return *(lvm_state **)lua_getextraspace(L); }

static void *allocate(void *context, void *block, size_t old_size, size_t size) {
  lvm_state *state = context;
  size_t old = block ? old_size : 0;
  if (size == 0) {
    free(block);
    state->used -= old;
    return NULL;
  }
  bool may_refuse = state->swift_depth == 0;
  if (may_refuse && size > old && state->used - old + size > state->limit) return NULL;
  void *result = realloc(block, size);
  if (result) {
    state->used = state->used - old + size;
  } else if (!may_refuse) {
    // Refusing here would unwind Swift frames. The machine itself is out of memory.
    fputs("out of memory\n", stderr);
    abort();
  }
  return result;
}

lvm_state *lvm_new(size_t limit) {
  lvm_state *state = calloc(1, sizeof(lvm_state));
  if (!state) return NULL;
  state->limit = limit;
  state->swift_depth = 1;
  atomic_init(&state->interrupted, false);
  atomic_init(&state->busy_since, 0);
  pthread_mutex_init(&state->thread_lock, NULL);
  return state;
}

void lvm_free(lvm_state *state) {
  lvm_free_lines(state);
  pthread_mutex_destroy(&state->thread_lock);
  free(state);
}

size_t lvm_memory(const lvm_state *state) { return state->used; }

void lvm_new_weak_table(lua_State *L, const char *mode) {
  lua_newtable(L);
  lua_newtable(L);
  lua_pushstring(L, mode);
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
}

// Remembers the functions of the library table on top by name, for messages and tracebacks.
static void name_functions(lua_State *L, const char *library) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &lvm_key_names);
  lua_pushnil(L);
  while (lua_next(L, -3)) {
    if (lua_iscfunction(L, -1) && lua_type(L, -2) == LUA_TSTRING) {
      if (*library) lua_pushfstring(L, "%s.%s", library, lua_tostring(L, -2));
      else lua_pushvalue(L, -2);
      lua_rawset(L, -4);
    } else {
      lua_pop(L, 1);
    }
  }
  lua_pop(L, 1);
}

static void remove_fields(lua_State *L, const char *const *names) {
  for (; *names; names++) {
    lua_pushnil(L);
    lua_setfield(L, -2, *names);
  }
}

static int install(lua_State *L) {
  static const luaL_Reg libraries[] = {
    {LUA_GNAME, luaopen_base}, {LUA_TABLIBNAME, luaopen_table}, {LUA_STRLIBNAME, luaopen_string},
    {LUA_MATHLIBNAME, luaopen_math}, {LUA_UTF8LIBNAME, luaopen_utf8}, {NULL, NULL},
  };
  // What reads files or the clock, differs from run to run, or is replaced by ours.
  static const char *const base[] = {"dofile", "loadfile", "print", "warn", NULL};
  static const char *const math[] = {"random", "randomseed", NULL};
  static const char *const string[] = {"dump", NULL};

  lua_pushliteral(L, "not enough memory");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &lvm_key_memory);
  lua_newtable(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &lvm_key_names);

  for (const luaL_Reg *library = libraries; library->func; library++) {
    luaL_requiref(L, library->name, library->func, 1);
    if (library->func == luaopen_base) {
      remove_fields(L, base);
      lvm_install_base(L);
    }
    if (library->func == luaopen_math) remove_fields(L, math);
    if (library->func == luaopen_string) {
      remove_fields(L, string);
      lvm_install_strings(L);
    }
    if (library->func == luaopen_table) lvm_install_tables(L);
    name_functions(L, library->func == luaopen_base ? "" : library->name);
    lua_pop(L, 1);
  }
  lvm_install_coroutines(L);
  name_functions(L, LUA_COLIBNAME);
  lua_pop(L, 1);
  lvm_install_trampoline(L);
  lvm_install_objects(L);
  return 0;
}

lua_State *lvm_open(lvm_state *state, void *context, lvm_call call, lvm_release release) {
  state->context = context;
  state->call = call;
  state->release = release;
  state->swift_depth = 0;
  lua_State *L = lua_newstate(allocate, state);
  if (!L) return NULL;
  *(lvm_state **)lua_getextraspace(L) = state;
  state->L = L;
  lua_pushcfunction(L, install);
  int status = lua_pcall(L, 0, 0, 0);
  state->swift_depth = 1;
  if (status != LUA_OK) {
    lvm_close(state);
    return NULL;
  }
  return L;
}

void lvm_close(lvm_state *state) {
  if (!state->L) return;
  lua_State *L = state->L;
  state->running = NULL;
  lua_close(L);
  state->L = NULL;
}
