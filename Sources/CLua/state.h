// What the files of this target share.
#ifndef CLUA_STATE_H
#define CLUA_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "CLua.h"

// One resume of a script's coroutine that is on the C stack now.
typedef struct lvm_activation {
  lua_State *from, *to;
  struct lvm_activation *previous;
} lvm_activation;

typedef struct lvm_lines lvm_lines;

struct lvm_state {
  lua_State *L;
  void *context;
  lvm_call call;
  lvm_release release;

  size_t used, limit;
  int swift_depth;  // above 0 while a Swift frame could be unwound: the allocator may not refuse

  lua_State *driver;  // the coroutine that Swift resumed
  lvm_activation *activations;
  lua_State *volatile running;  // read by the signal handler
  bool doomed;                  // the driver's coroutine must end
  lvm_lines *lines;             // which lines were executed; NULL if not requested

  atomic_bool interrupted;
  atomic_llong busy_since;
  pthread_mutex_t thread_lock;  // guards the two below: no signal to a thread that has ended
  bool has_thread;
  pthread_t thread;
};

// Keys of the registry, by address.
extern char lvm_key_memory, lvm_key_names, lvm_key_busy, lvm_key_inner, lvm_key_objects, lvm_key_sealed,
    lvm_key_closure_meta, lvm_key_trace, lvm_key_trace_error, lvm_marker;

// The work of a library function since it last looked for an interruption.
typedef struct {
  size_t work;
} lvm_poll;

// Raises when L is to end.
void lvm_end_if_due(lua_State *L);

// Counts work of a function in C, in which no hook is called, and ends it soon after an interruption.
static inline void lvm_poll_after(lua_State *L, lvm_poll *poll, size_t work) {
  poll->work += work;
  if (poll->work < 4096) return;
  poll->work = 0;
  lvm_end_if_due(L);
}

int lvm_trampoline(lua_State *L);
// With the library's table on top.
void lvm_install_strings(lua_State *L);
void lvm_install_tables(lua_State *L);
void lvm_install_trampoline(lua_State *L);
void lvm_install_base(lua_State *L);
void lvm_install_coroutines(lua_State *L);
void lvm_install_objects(lua_State *L);

// Raises LUA_ERRMEM, which skips message handlers.
_Noreturn void lvm_raise_memory(lua_State *L);
// Sets the hook that stops L at its next instruction.
void lvm_stop(lua_State *L);
// Makes L the running coroutine, and stops it when that is due. Returns the one before.
lua_State *lvm_switch(lvm_state *state, lua_State *L);
bool lvm_is_busy(lua_State *L, lua_State *co);
// Gives L the hook of a coroutine that is not being stopped: none, or that of the lines.
void lvm_hook_lines(lvm_state *state, lua_State *L);
void lvm_free_lines(lvm_state *state);

#endif
