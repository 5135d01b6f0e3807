// Coroutines: those that Swift drives, and the library for scripts.
//
// A host function that waits yields a marker. A script's own coroutines must not see it: their resume passes it outward
// until it reaches the driver, and passes the answer inward again. Everything else is as in Lua 5.4.
#include "state.h"

// --- bookkeeping: busy[co] = true while co must not be resumed by a script; inner[outer] = co while co waits in outer

static void set_weak(lua_State *L, void *key, lua_State *index, bool with_value) {
  // With the value on top; pops it.
  lua_rawgetp(L, LUA_REGISTRYINDEX, key);
  lua_pushthread(index);
  if (index != L) lua_xmove(index, L, 1);
  if (with_value) lua_pushvalue(L, -3);
  else lua_pushnil(L);
  lua_rawset(L, -3);
  lua_pop(L, 2);
}

bool lvm_is_busy(lua_State *L, lua_State *co) {
  if (!lua_checkstack(co, 1)) return true;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &lvm_key_busy);
  lua_pushthread(co);
  if (co != L) lua_xmove(co, L, 1);
  lua_rawget(L, -2);
  bool busy = lua_toboolean(L, -1);
  lua_pop(L, 2);
  return busy;
}

static void mark_waiting(lua_State *L, lua_State *co, bool waiting) {
  luaL_checkstack(L, 6, NULL);
  if (!lua_checkstack(co, 1)) luaL_error(L, "stack overflow");
  lua_pushboolean(L, 1);
  set_weak(L, &lvm_key_busy, co, waiting);
  lua_pushthread(co);
  lua_xmove(co, L, 1);
  set_weak(L, &lvm_key_inner, L, waiting);
}

// --- driving

lua_State *lvm_new_driver(lvm_state *state) {
  lua_State *co = lua_newthread(state->L);
  lua_pushboolean(state->L, 1);
  lua_checkstack(state->L, 6);
  set_weak(state->L, &lvm_key_busy, co, true);
  return co;
}

int lvm_resume(lvm_state *state, lua_State *co, int arguments, int *results) {
  state->driver = co;
  state->activations = NULL;
  state->doomed = false;
  state->swift_depth = 0;
  lvm_begin_stretch(state);
  lvm_switch(state, co);
  int status = lua_resume(co, NULL, arguments, results);
  lvm_switch(state, NULL);
  lvm_end_stretch(state);
  state->swift_depth = 1;
  state->driver = NULL;
  if (status == LUA_YIELD) {
    lua_pop(co, *results);
    *results = 0;
    return LVM_WAITING;
  }
  return status;
}

static void reset_one(lvm_state *state, lua_State *co) {
  lua_State *driver = state->driver;
  state->driver = co;
  state->swift_depth = 0;
  lvm_begin_stretch(state);
  if (!atomic_load(&state->interrupted)) lvm_hook_lines(state, co);
  lvm_switch(state, co);
  lua_resetthread(co);
  lvm_switch(state, NULL);
  lvm_end_stretch(state);
  state->swift_depth = 1;
  state->driver = driver;
}

void lvm_reset(lvm_state *state, lua_State *co) {
  lua_State *L = state->L;
  int top = lua_gettop(L);
  state->doomed = false;
  lua_State *next = co;
  // The chain of those that wait inside; each stays anchored on L until all are done.
  for (;;) {
    if (!lua_checkstack(L, 8) || !lua_checkstack(next, 1)) break;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &lvm_key_inner);
    lua_pushthread(next);
    lua_xmove(next, L, 1);
    lua_rawget(L, -2);
    lua_remove(L, -2);
    lua_State *inner = lua_tothread(L, -1);
    if (!inner) break;
    next = inner;
  }
  lua_pop(L, 1);
  while (lua_gettop(L) > top) {
    lua_State *inner = lua_tothread(L, -1);
    reset_one(state, inner);
    lua_pushnil(L);
    set_weak(L, &lvm_key_busy, inner, false);  // dead for all who still hold it
    lua_pop(L, 1);
  }
  reset_one(state, co);
}

bool lvm_can_wait(lua_State *L) {
  lvm_state *state = lvm_of(L);
  if (!state->driver || !lua_isyieldable(L)) return false;
  for (lvm_activation *a = state->activations; a; a = a->previous) {
    if (!lua_isyieldable(a->from)) return false;
  }
  return true;
}

lua_State *lvm_resumer(lua_State *L) {
  for (lvm_activation *a = lvm_of(L)->activations; a; a = a->previous) {
    if (a->to == L) return a->from;
  }
  return NULL;
}

// --- resume for scripts

// Moves the error on top of co to L, and keeps co's stack as text: it is lost when co is closed.
static void take_error(lua_State *L, lua_State *co) {
  luaL_checkstack(L, 6, NULL);
  if (lua_checkstack(co, 2)) {
    luaL_traceback(L, co, NULL, 0);
  } else {
    lua_pushliteral(L, "");
  }
  lua_rawsetp(L, LUA_REGISTRYINDEX, &lvm_key_trace);
  lua_xmove(co, L, 1);
}

// Notes that the value on top is the error that the kept traceback belongs to.
static void note_error(lua_State *L) {
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &lvm_key_trace_error);
}

const char *lvm_inner_trace(lua_State *L, int index) {
  index = lua_absindex(L, index);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &lvm_key_trace_error);
  bool same = !lua_isnil(L, -1) && lua_rawequal(L, -1, index);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &lvm_key_trace);
  const char *text = same ? lua_tostring(L, -1) : NULL;
  lua_pop(L, 2);
  return text;  // anchored in the registry
}

enum { PASSED = -2, FAILED = -1 };

// Resumes co with arguments from the top of L. Returns the count of results on L, FAILED with the error on L, or
// PASSED when co waits for the driver.
static int resume(lua_State *L, lua_State *co, int arguments) {
  lvm_state *state = lvm_of(L);
  if (!lua_checkstack(co, arguments)) {
    lua_pushliteral(L, "too many arguments to resume");
    return FAILED;
  }
  lua_xmove(L, co, arguments);
  lvm_activation activation = {L, co, state->activations};
  state->activations = &activation;
  lvm_switch(state, co);
  int results;
  int status = lua_resume(co, L, arguments, &results);
  lvm_switch(state, L);
  state->activations = activation.previous;
  if (status == LUA_YIELD && results == 1 && lua_touserdata(co, -1) == &lvm_marker) {
    lua_pop(co, 1);
    return PASSED;
  }
  if (status == LUA_OK || status == LUA_YIELD) {
    if (!lua_checkstack(L, results + 1)) {
      lua_pop(co, results);
      lua_pushliteral(L, "too many results to resume");
      return FAILED;
    }
    lua_xmove(co, L, results);
    return results;
  }
  take_error(L, co);
  return FAILED;
}

static bool refuse_busy(lua_State *L, lua_State *co) {
  if (!lvm_is_busy(L, co)) return false;
  lua_pushliteral(L, "cannot resume non-suspended coroutine");
  return true;
}

static int pass_outward(lua_State *L, lua_State *co, lua_KContext context, lua_KFunction continuation) {
  mark_waiting(L, co, true);
  lua_pushlightuserdata(L, &lvm_marker);
  return lua_yieldk(L, 1, context, continuation);
}

static int resume_answered(lua_State *L, int status, lua_KContext context);

static int finish_resume(lua_State *L, lua_State *co, int results) {
  if (results == PASSED) {
    lua_settop(L, 1);
    return pass_outward(L, co, 0, resume_answered);
  }
  if (results == FAILED) {
    note_error(L);
    lua_pushboolean(L, 0);
    lua_insert(L, -2);
    return 2;
  }
  lua_pushboolean(L, 1);
  lua_insert(L, -(results + 1));
  return results + 1;
}

static int resume_answered(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  lua_State *co = lua_tothread(L, 1);
  mark_waiting(L, co, false);
  return finish_resume(L, co, resume(L, co, lua_gettop(L) - 1));
}

static lua_State *check_coroutine(lua_State *L) {
  lua_State *co = lua_tothread(L, 1);
  luaL_argexpected(L, co, 1, "coroutine");
  return co;
}

static int coroutine_resume(lua_State *L) {
  lua_State *co = check_coroutine(L);
  if (refuse_busy(L, co)) return finish_resume(L, co, FAILED);
  return finish_resume(L, co, resume(L, co, lua_gettop(L) - 1));
}

static int close_coroutine(lua_State *L, lua_State *co) {
  lvm_state *state = lvm_of(L);
  lvm_activation activation = {L, co, state->activations};
  state->activations = &activation;
  lvm_switch(state, co);
  int status = lua_resetthread(co);
  lvm_switch(state, L);
  state->activations = activation.previous;
  return status;
}

static int wrap_answered(lua_State *L, int status, lua_KContext context);

static int finish_wrap(lua_State *L, lua_State *co, int results) {
  if (results >= 0) return results;
  if (results == PASSED) {
    lua_settop(L, 0);
    return pass_outward(L, co, 0, wrap_answered);
  }
  int status = lua_status(co);
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_pop(L, 1);  // closing puts the final error back
    lua_pushnil(L);
    close_coroutine(L, co);
    lua_xmove(co, L, 1);
    lua_remove(L, -2);
  }
  if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  note_error(L);
  return lua_error(L);
}

static int wrap_answered(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  lua_State *co = lua_tothread(L, lua_upvalueindex(1));
  mark_waiting(L, co, false);
  return finish_wrap(L, co, resume(L, co, lua_gettop(L)));
}

static int wrapped(lua_State *L) {
  lua_State *co = lua_tothread(L, lua_upvalueindex(1));
  if (refuse_busy(L, co)) return finish_wrap(L, L, FAILED);
  return finish_wrap(L, co, resume(L, co, lua_gettop(L)));
}

static int coroutine_create(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State *co = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  return 1;
}

static int coroutine_wrap(lua_State *L) {
  coroutine_create(L);
  lua_pushcclosure(L, wrapped, 1);
  return 1;
}

static int coroutine_yield(lua_State *L) {
  if (L == lvm_of(L)->driver) return luaL_error(L, "attempt to yield from outside a coroutine");
  return lua_yield(L, lua_gettop(L));
}

static const char *status_of(lua_State *L, lua_State *co) {
  if (L == co) return "running";
  if (lvm_is_busy(L, co)) return "normal";
  switch (lua_status(co)) {
    case LUA_YIELD: return "suspended";
    case LUA_OK: {
      lua_Debug info;
      if (lua_getstack(co, 0, &info)) return "normal";
      return lua_gettop(co) == 0 ? "dead" : "suspended";
    }
    default: return "dead";
  }
}

static int coroutine_status(lua_State *L) {
  lua_pushstring(L, status_of(L, check_coroutine(L)));
  return 1;
}

static int coroutine_isyieldable(lua_State *L) {
  lua_State *co = lua_isnone(L, 1) ? L : check_coroutine(L);
  lua_pushboolean(L, lua_isyieldable(co) && !lvm_is_busy(L, co));
  return 1;
}

static int coroutine_running(lua_State *L) {
  lua_pushthread(L);
  lua_pushboolean(L, L == lvm_of(L)->driver || L == lvm_of(L)->L);
  return 2;
}

static int coroutine_close(lua_State *L) {
  lua_State *co = check_coroutine(L);
  const char *status = status_of(L, co);
  if (*status != 'd' && *status != 's') return luaL_error(L, "cannot close a %s coroutine", status);
  if (close_coroutine(L, co) == LUA_OK) {
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushboolean(L, 0);
  lua_xmove(co, L, 1);
  return 2;
}

// Leaves the library table on the stack.
void lvm_install_coroutines(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"create", coroutine_create}, {"resume", coroutine_resume}, {"running", coroutine_running},
    {"status", coroutine_status}, {"wrap", coroutine_wrap}, {"yield", coroutine_yield},
    {"isyieldable", coroutine_isyieldable}, {"close", coroutine_close}, {NULL, NULL},
  };
  lvm_new_weak_table(L, "k");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &lvm_key_busy);
  lvm_new_weak_table(L, "k");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &lvm_key_inner);
  luaL_newlib(L, functions);
  lua_pushvalue(L, -1);
  lua_setglobal(L, LUA_COLIBNAME);
}
