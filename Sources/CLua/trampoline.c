// Host functions: the one C function behind all of them, and the protected calls that Swift makes.
#include "state.h"

// What Swift put on the stack may have gone over the limit, which could not be refused then.
static void check_memory(lvm_state *state, lua_State *L) {
  if (state->used <= state->limit || state->swift_depth > 0) return;
  lua_gc(L, LUA_GCCOLLECT);
  if (state->used > state->limit) lvm_raise_memory(L);
}

static int after_wait(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  if (lua_toboolean(L, 1)) return lua_gettop(L) - 1;
  lua_settop(L, 2);
  return lua_error(L);
}

static int wait(lua_State *L) {
  lua_settop(L, 0);
  lua_pushlightuserdata(L, &lvm_marker);
  return lua_yieldk(L, 1, 0, after_wait);
}

int lvm_trampoline(lua_State *L) {
  lvm_state *state = lvm_of(L);
  void **closure = lua_touserdata(L, lua_upvalueindex(1));
  int depth = state->swift_depth;
  state->swift_depth = depth + 1;
  int results = state->call(state->context, L, *closure);
  state->swift_depth = depth;
  switch (results) {
    case LVM_RAISE: return lua_error(L);
    case LVM_WAIT: return wait(L);
    case LVM_DOOM:
      if (lvm_can_wait(L)) return wait(L);
      state->doomed = true;
      lvm_stop(L);
      lvm_raise_memory(L);
    default:
      check_memory(state, L);
      return results;
  }
}

static int collect_closure(lua_State *L) {
  void **closure = lua_touserdata(L, 1);
  if (*closure) lvm_of(L)->release(*closure);
  *closure = NULL;
  return 0;
}

void lvm_finish_metatable(lua_State *L) {
  lua_pushcfunction(L, collect_closure);
  lua_setfield(L, -2, "__gc");
  lua_pushliteral(L, "protected");
  lua_setfield(L, -2, "__metatable");
}

void lvm_install_trampoline(lua_State *L) {
  lua_newtable(L);
  lvm_finish_metatable(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &lvm_key_closure_meta);
}

void lvm_push_closure(lua_State *L, void *closure) {
  void **box = lua_newuserdatauv(L, sizeof(void *), 0);
  *box = closure;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &lvm_key_closure_meta);
  lua_setmetatable(L, -2);
  lua_pushcclosure(L, lvm_trampoline, 1);
}

// Calls the function below its arguments with refusals allowed and interruption possible.
static int call_protected(lvm_state *state, lua_State *L, int arguments, int results) {
  int depth = state->swift_depth;
  lua_State *previous = lvm_switch(state, L);
  state->swift_depth = 0;
  // An error that is turned into text outside of any coroutine is code that runs, too.
  bool is_alone = atomic_load(&state->busy_since) == 0;
  if (is_alone) lvm_begin_stretch(state);
  int status = lua_pcall(L, arguments, results, 0);
  if (is_alone) lvm_end_stretch(state);
  state->swift_depth = depth;
  lvm_switch(state, previous);
  return status;
}

static int tolstring(lua_State *L) {
  luaL_tolstring(L, 1, NULL);
  return 1;
}

int lvm_tolstring(lua_State *L, int index) {
  index = lua_absindex(L, index);
  lua_pushcfunction(L, tolstring);
  lua_pushvalue(L, index);
  return call_protected(lvm_of(L), L, 1, 1);
}

int lvm_load(lvm_state *state, lua_State *L, const char *text, size_t length, const char *name) {
  int depth = state->swift_depth;
  state->swift_depth = 0;
  int status = luaL_loadbufferx(L, text, length, name, "t");
  state->swift_depth = depth;
  return status;
}

static void fill(lua_State *L, lua_Debug *info, lvm_frame *frame) {
  frame->is_lua = *info->what != 'C';
  frame->is_main = *info->what == 'm';
  frame->source = info->source;
  frame->line = info->currentline;
  frame->line_defined = info->linedefined;
  frame->last_line_defined = info->lastlinedefined;
  frame->closure = NULL;
  // The function is on top.
  if (lua_tocfunction(L, -1) == lvm_trampoline) {
    if (lua_getupvalue(L, -1, 1)) {
      frame->closure = *(void **)lua_touserdata(L, -1);
      lua_pop(L, 1);
    }
  }
  lua_rawgetp(L, LUA_REGISTRYINDEX, &lvm_key_names);
  lua_pushvalue(L, -2);
  if (lua_rawget(L, -2) == LUA_TSTRING) frame->name = lua_tostring(L, -1);
  lua_pop(L, 3);
}

bool lvm_frame_at(lua_State *L, int level, lvm_frame *frame) {
  lua_Debug info;
  if (!lua_checkstack(L, 5) || !lua_getstack(L, level, &info)) return false;
  lua_getinfo(L, "Slnf", &info);
  frame->name = info.name;
  fill(L, &info, frame);
  return true;
}

void lvm_function_info(lua_State *L, lvm_frame *frame) {
  lua_Debug info;
  lua_pushvalue(L, -1);
  lua_getinfo(L, ">S", &info);
  info.currentline = -1;
  frame->name = NULL;
  fill(L, &info, frame);
}
