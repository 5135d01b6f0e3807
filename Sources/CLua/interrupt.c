// Stopping code that runs, without a permanent hook (except that of the lines, if requested): a signal to the Lua
// thread sets a hook on the running coroutine, and the hook raises a memory error, because that one skips message
// handlers. While the interruption lasts, each coroutine that becomes the running one gets the hook too, so that no
// pcall outlives it. No hook is called inside of a library function in C: those whose work has no bound are our own
// (pattern.c, strings.c, tables.c), and look for the interruption now and then.
#include <signal.h>
#include <string.h>
#include <time.h>

#include "state.h"

#define STOP_SIGNAL SIGURG  // ignored by default, so a late one does no harm

// The thread sanitizer puts signals off until the thread calls into libc, which a loop never does. Its builds poll.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define POLLS true
#endif
#endif
#ifndef POLLS
#define POLLS false
#endif

static _Thread_local lvm_state *volatile thread_state;

void lvm_raise_memory(lua_State *L) {
  // lua_error turns this one string into LUA_ERRMEM, without the collection that a refused allocation brings.
  lua_rawgetp(L, LUA_REGISTRYINDEX, &lvm_key_memory);
  lua_error(L);
  __builtin_unreachable();
}

void lvm_end_if_due(lua_State *L) {
  lvm_state *state = lvm_of(L);
  if (!atomic_load(&state->interrupted) && !state->doomed) return;
  lvm_stop(L);
  lvm_raise_memory(L);
}

static void stop_hook(lua_State *L, lua_Debug *event) {
  (void)event;
  lvm_state *state = lvm_of(L);
  if (atomic_load(&state->interrupted) || state->doomed) {
    if (POLLS) lvm_stop(L);
    lvm_raise_memory(L);
  }
  if (!POLLS) lvm_hook_lines(state, L);
}

void lvm_stop(lua_State *L) {
  lua_sethook(L, stop_hook, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

static void on_signal(int signal) {
  (void)signal;
  lvm_state *state = thread_state;
  if (!state || !atomic_load(&state->interrupted)) return;
  lua_State *running = state->running;
  if (running) lvm_stop(running);
}

lua_State *lvm_switch(lvm_state *state, lua_State *L) {
  lua_State *previous = state->running;
  state->running = L;
  atomic_signal_fence(memory_order_seq_cst);
  // Set before the signal is sent: whichever comes first, the hook is set.
  if (L && (atomic_load(&state->interrupted) || state->doomed)) lvm_stop(L);
  else if (L && POLLS) lua_sethook(L, stop_hook, LUA_MASKCOUNT, 1000);
  return previous;
}

static void install_handler(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(STOP_SIGNAL, &action, NULL);
}

void lvm_bind_thread(lvm_state *state) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install_handler);
  sigset_t unblocked;
  sigemptyset(&unblocked);
  sigaddset(&unblocked, STOP_SIGNAL);
  pthread_sigmask(SIG_UNBLOCK, &unblocked, NULL);
  thread_state = state;
  pthread_mutex_lock(&state->thread_lock);
  state->thread = pthread_self();
  state->has_thread = true;
  pthread_mutex_unlock(&state->thread_lock);
}

void lvm_unbind_thread(lvm_state *state) {
  pthread_mutex_lock(&state->thread_lock);
  state->has_thread = false;
  pthread_mutex_unlock(&state->thread_lock);
  thread_state = NULL;
}

void lvm_interrupt(lvm_state *state) {
  atomic_store(&state->interrupted, true);
  pthread_mutex_lock(&state->thread_lock);
  if (state->has_thread && !POLLS) pthread_kill(state->thread, STOP_SIGNAL);
  pthread_mutex_unlock(&state->thread_lock);
}

bool lvm_is_interrupted(lvm_state *state) { return atomic_load(&state->interrupted); }

static int64_t time_of(clockid_t clock) {
  struct timespec now;
  if (clock_gettime(clock, &now) != 0) return 0;
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void lvm_begin_stretch(lvm_state *state) {
  // Never 0, which says that nothing runs.
  atomic_store(&state->busy_since, time_of(CLOCK_THREAD_CPUTIME_ID) + 1);
}

void lvm_end_stretch(lvm_state *state) { atomic_store(&state->busy_since, 0); }

int64_t lvm_busy_time(lvm_state *state) {
  int64_t since = atomic_load(&state->busy_since);
  if (since == 0) return -1;
  int64_t now = since;
  pthread_mutex_lock(&state->thread_lock);
#ifdef __linux__
  clockid_t clock;
  if (state->has_thread && pthread_getcpuclockid(state->thread, &clock) == 0) now = time_of(clock) + 1;
#endif
  pthread_mutex_unlock(&state->thread_lock);
  // The stretch may have ended, and another begun, since it was read.
  return now > since ? now - since : 0;
}
