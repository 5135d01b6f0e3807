// Swift values as userdata. Those of one key are one userdata, so that they compare equal and work as table keys.
#include "state.h"

void lvm_install_objects(lua_State *L) {
  lvm_new_weak_table(L, "v");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &lvm_key_objects);
}

bool lvm_push_known_object(lua_State *L, const char *key, size_t length) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &lvm_key_objects);
  lua_pushlstring(L, key, length);
  bool found = lua_rawget(L, -2) == LUA_TUSERDATA;
  lua_remove(L, -2);
  if (!found) lua_pop(L, 1);
  return found;
}

void lvm_push_object(lua_State *L, void *object, const char *key, size_t length) {
  // The metatable is on top.
  void **box = lua_newuserdatauv(L, sizeof(void *), 1);
  *box = object;
  lua_insert(L, -2);
  lua_setmetatable(L, -2);
  lua_pushlstring(L, key, length);
  lua_pushvalue(L, -1);
  lua_setiuservalue(L, -3, 1);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &lvm_key_objects);
  lua_insert(L, -2);
  lua_pushvalue(L, -3);
  lua_rawset(L, -3);
  lua_pop(L, 1);
}

void *lvm_to_object(lua_State *L, int index) {
  if (lua_type(L, index) != LUA_TUSERDATA) return NULL;
  // Scripts can't get at the userdata of host functions, so each one that they hold is an object.
  return *(void **)lua_touserdata(L, index);
}
