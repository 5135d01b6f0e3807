// Lua 5.4 for Swift.
//
// Rule of this boundary: lua_error and lua_yieldk unwind with longjmp, and no longjmp may pass over a Swift frame. So
// only the C functions of this target raise and yield, Swift callbacks return a status, and while a Swift frame is
// between Lua and its caller, the allocator never refuses.
#ifndef CLUA_H
#define CLUA_H

#include <lua5.4/lauxlib.h>
#include <lua5.4/lua.h>
#include <lua5.4/lualib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One Lua state with what surrounds it: the memory account, the interruption, the running coroutine.
typedef struct lvm_state lvm_state;

// What a Swift callback returns instead of a count of results.
enum {
  LVM_RAISE = -1,  // raise the value on top
  LVM_WAIT = -2,   // yield to the driver, which finds the operation with the context
  LVM_DOOM = -3,   // end the driver's coroutine; nothing in it may catch that
};

// What lvm_resume returns besides Lua's own: the coroutine waits for an operation.
enum { LVM_WAITING = 100 };

// Runs the host function `closure`: arguments on the stack of L, results on its top.
typedef int (*lvm_call)(void *_Nonnull context, lua_State *_Nonnull L, void *_Nonnull closure);
// Lets go of a host function or object.
typedef void (*lvm_release)(void *_Nonnull object);

// State. All but lvm_interrupt, lvm_is_interrupted and lvm_busy_time belong to the Lua thread.
lvm_state *_Nullable lvm_new(size_t limit);
lua_State *_Nullable lvm_open(
    lvm_state *_Nonnull state, void *_Nonnull context, lvm_call _Nonnull call, lvm_release _Nonnull release);
void lvm_close(lvm_state *_Nonnull state);
void lvm_free(lvm_state *_Nonnull state);

// Lines. From the first call on, which lines of which chunks are executed is kept; to be called before a chunk is loaded.
bool lvm_watch_lines(lvm_state *_Nonnull state);
// Reports each executed line, with the name of its chunk as Lua has it ("@file").
void lvm_each_line(
    lvm_state *_Nonnull state, void *_Nonnull context,
    void (*_Nonnull each)(void *_Nonnull context, const char *_Nonnull name, int line));
size_t lvm_memory(const lvm_state *_Nonnull state);
lvm_state *_Nonnull lvm_of(lua_State *_Nonnull L);

// Interruption.
void lvm_bind_thread(lvm_state *_Nonnull state);
void lvm_unbind_thread(lvm_state *_Nonnull state);
void lvm_interrupt(lvm_state *_Nonnull state);
bool lvm_is_interrupted(lvm_state *_Nonnull state);
// Nanoseconds of processor time that the Lua code which runs now has used without a pause; -1 when none runs. Processor
// time, because on a busy machine the clock on the wall says nothing about a script. On macOS always 0.
int64_t lvm_busy_time(lvm_state *_Nonnull state);
void lvm_begin_stretch(lvm_state *_Nonnull state);
void lvm_end_stretch(lvm_state *_Nonnull state);

// Driving coroutines.
lua_State *_Nonnull lvm_new_driver(lvm_state *_Nonnull state);
int lvm_resume(lvm_state *_Nonnull state, lua_State *_Nonnull co, int arguments, int *_Nonnull results);
// Ends a coroutine and those that wait inside it, innermost first; runs their `__close`.
void lvm_reset(lvm_state *_Nonnull state, lua_State *_Nonnull co);
// Whether a host function called on L may wait: L and all that resumed it can yield.
bool lvm_can_wait(lua_State *_Nonnull L);
// The thread that resumed L, when a script's coroutine runs on L.
lua_State *_Nullable lvm_resumer(lua_State *_Nonnull L);
// Where the last error left a script's coroutine: its traceback, when `index` is that error.
const char *_Nullable lvm_inner_trace(lua_State *_Nonnull L, int index);

// Protected operations for Swift. 0 is success with the result on top; else the error is on top.
int lvm_load(lvm_state *_Nonnull state, lua_State *_Nonnull L, const char *_Nonnull text, size_t length,
    const char *_Nonnull name);
int lvm_tolstring(lua_State *_Nonnull L, int index);
// Pushes the list of the table's keys in the order of `pairs`.
int lvm_sorted_keys(lua_State *_Nonnull L, int index);

// Pushing and reading what is ours.
void lvm_new_weak_table(lua_State *_Nonnull L, const char *_Nonnull mode);
void lvm_push_closure(lua_State *_Nonnull L, void *_Nonnull closure);
void lvm_push_object(lua_State *_Nonnull L, void *_Nonnull object, const char *_Nonnull key, size_t length);
// Pushes the object of that key and returns true, when it is still known.
bool lvm_push_known_object(lua_State *_Nonnull L, const char *_Nonnull key, size_t length);
void *_Nullable lvm_to_object(lua_State *_Nonnull L, int index);
// Replaces the table of members on top by a read-only table; `missing` is a host closure below it, or nil.
void lvm_seal(lua_State *_Nonnull L);
// Pushes what lvm_seal hides, when the value at `index` is such a table.
bool lvm_push_members(lua_State *_Nonnull L, int index);
// Makes the metatable on top release its objects, and hides it from scripts.
void lvm_finish_metatable(lua_State *_Nonnull L);

// A frame of the stack.
typedef struct {
  const char *_Nullable source;  // "@file" for scripts
  const char *_Nullable name;
  void *_Nullable closure;  // of a host function
  int line;
  int line_defined;
  int last_line_defined;
  bool is_lua, is_main;
} lvm_frame;
bool lvm_frame_at(lua_State *_Nonnull L, int level, lvm_frame *_Nonnull frame);
// Describes the function on top and pops it.
void lvm_function_info(lua_State *_Nonnull L, lvm_frame *_Nonnull frame);

// Macros that Swift does not import.
static inline int lvm_registry(void) { return LUA_REGISTRYINDEX; }
static inline void lvm_pop(lua_State *_Nonnull L, int count) { lua_settop(L, -count - 1); }
static inline int lvm_ref(lua_State *_Nonnull L) { return luaL_ref(L, LUA_REGISTRYINDEX); }
static inline void lvm_unref(lua_State *_Nonnull L, int ref) { luaL_unref(L, LUA_REGISTRYINDEX, ref); }
static inline void lvm_push_ref(lua_State *_Nonnull L, int ref) { lua_rawgeti(L, LUA_REGISTRYINDEX, ref); }
static inline void lvm_push_globals(lua_State *_Nonnull L) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
}

#endif
