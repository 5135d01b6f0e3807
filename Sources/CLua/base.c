// The functions of the base library that scripts get in another form.
#include <stdlib.h>
#include <string.h>

#include "state.h"

// --- pairs: Lua's own order depends on addresses, and a replay must see the same order

typedef struct {
  int rank;  // numbers, then text, then truth values, then named host objects, then the rest
  bool is_integer;
  lua_Integer integer;
  lua_Number number;
  const char *text;
  size_t length;
  lua_Integer position;
} sort_key;

static int compare_keys(const void *left, const void *right) {
  const sort_key *a = left, *b = right;
  if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
  if (a->rank == 0) {
    if (a->is_integer && b->is_integer) return a->integer < b->integer ? -1 : a->integer > b->integer;
    if (a->number != b->number) return a->number < b->number ? -1 : 1;
  }
  if (a->text && b->text) {
    size_t shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->text, b->text, shorter);
    if (order != 0) return order;
    if (a->length != b->length) return a->length < b->length ? -1 : 1;
  }
  return a->position < b->position ? -1 : a->position > b->position;
}

static void describe_key(lua_State *L, int index, sort_key *key) {
  memset(key, 0, sizeof *key);
  switch (lua_type(L, index)) {
    case LUA_TNUMBER:
      key->is_integer = lua_isinteger(L, index);
      key->integer = key->is_integer ? lua_tointeger(L, index) : 0;
      key->number = lua_tonumber(L, index);
      break;
    case LUA_TSTRING:
      key->rank = 1;
      key->text = lua_tolstring(L, index, &key->length);
      break;
    case LUA_TBOOLEAN:
      key->rank = 2;
      key->text = lua_toboolean(L, index) ? "true" : "false";
      key->length = strlen(key->text);
      break;
    case LUA_TUSERDATA:
      key->rank = 3;
      if (lua_getiuservalue(L, index, 1) == LUA_TSTRING) key->text = lua_tolstring(L, -1, &key->length);
      lua_pop(L, 1);  // the object holds its name
      break;
    default: key->rank = 4;
  }
}

// Pushes the list of the keys of the table at `table`, sorted.
static void push_sorted_keys(lua_State *L, int table) {
  luaL_checkstack(L, 8, NULL);
  lua_Integer count = 0;
  bool is_plain_list = true;
  for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
    count++;
    if (is_plain_list) is_plain_list = lua_isinteger(L, -2) && lua_tointeger(L, -2) == count;
  }
  lua_createtable(L, count < 1 << 24 ? (int)count : 0, 0);
  int sorted = lua_gettop(L);
  if (is_plain_list) {
    for (lua_Integer i = 1; i <= count; i++) {
      lua_pushinteger(L, i);
      lua_rawseti(L, sorted, i);
    }
    return;
  }
  sort_key *keys = lua_newuserdatauv(L, (size_t)count * sizeof(sort_key), 0);
  lua_createtable(L, count < 1 << 24 ? (int)count : 0, 0);
  int unsorted = lua_gettop(L);
  lua_Integer position = 0;
  lua_pushnil(L);
  while (position < count && lua_next(L, table)) {
    lua_pop(L, 1);
    describe_key(L, -1, &keys[position]);
    keys[position].position = position + 1;
    position++;
    lua_pushvalue(L, -1);
    lua_rawseti(L, unsorted, position);
  }
  lua_settop(L, unsorted);
  qsort(keys, (size_t)count, sizeof(sort_key), compare_keys);
  for (lua_Integer i = 0; i < count; i++) {
    lua_rawgeti(L, unsorted, keys[i].position);
    lua_rawseti(L, sorted, i + 1);
  }
  lua_settop(L, sorted);
}

static int sorted_keys(lua_State *L) {
  push_sorted_keys(L, 1);
  return 1;
}

int lvm_sorted_keys(lua_State *L, int index) {
  index = lua_absindex(L, index);
  lua_pushcfunction(L, sorted_keys);
  lua_pushvalue(L, index);
  return lua_pcall(L, 1, 1, 0);
}

// Upvalues: the keys, the position, the table. What was deleted meanwhile is passed over.
static int next_sorted(lua_State *L) {
  lua_Integer position = lua_tointeger(L, lua_upvalueindex(2));
  for (;;) {
    if (lua_rawgeti(L, lua_upvalueindex(1), ++position) == LUA_TNIL) return 1;
    lua_pushvalue(L, -1);
    if (lua_rawget(L, lua_upvalueindex(3)) != LUA_TNIL) break;
    lua_pop(L, 2);
  }
  lua_pushinteger(L, position);
  lua_replace(L, lua_upvalueindex(2));
  return 2;
}

static int sorted_pairs(lua_State *L, int table) {
  push_sorted_keys(L, table);
  lua_pushinteger(L, 0);
  lua_pushvalue(L, table);
  lua_pushcclosure(L, next_sorted, 3);
  lua_pushvalue(L, table);
  lua_pushnil(L);
  return 3;
}

static int after_pairs(lua_State *L, int status, lua_KContext context) {
  (void)L, (void)status, (void)context;
  return 3;
}

static int base_pairs(lua_State *L) {
  if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
    lua_pushvalue(L, 1);
    lua_callk(L, 1, 3, 0, after_pairs);
    return 3;
  }
  luaL_checktype(L, 1, LUA_TTABLE);
  return sorted_pairs(L, 1);
}

// --- tables that are read-only for scripts

static int refuse_assignment(lua_State *L) {
  if (lua_type(L, 2) == LUA_TSTRING) {
    return luaL_error(L, "%s is read-only: %s can't be assigned", lua_tostring(L, lua_upvalueindex(1)),
        lua_tostring(L, 2));
  }
  return luaL_error(L, "%s is read-only", lua_tostring(L, lua_upvalueindex(1)));
}

static int sealed_pairs(lua_State *L) {
  lua_settop(L, 0);
  lua_pushvalue(L, lua_upvalueindex(1));
  return sorted_pairs(L, 1);
}

void lvm_seal(lua_State *L) {
  // name, missing or nil, members
  int members = lua_gettop(L), missing = members - 1, name = members - 2;
  if (!lua_isnil(L, missing)) {
    lua_createtable(L, 0, 1);
    lua_pushvalue(L, missing);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, members);
  }
  lua_newtable(L);
  lua_createtable(L, 0, 5);
  lua_pushvalue(L, members);
  lua_setfield(L, -2, "__index");
  lua_pushvalue(L, name);
  lua_pushcclosure(L, refuse_assignment, 1);
  lua_setfield(L, -2, "__newindex");
  lua_pushvalue(L, members);
  lua_pushcclosure(L, sealed_pairs, 1);
  lua_setfield(L, -2, "__pairs");
  lua_pushliteral(L, "protected");
  lua_setfield(L, -2, "__metatable");
  lua_pushvalue(L, name);
  lua_setfield(L, -2, "__name");
  lua_setmetatable(L, -2);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &lvm_key_sealed);
  lua_pushvalue(L, -2);
  lua_pushvalue(L, members);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  lua_replace(L, name);
  lua_settop(L, name);
}

bool lvm_push_members(lua_State *L, int index) {
  index = lua_absindex(L, index);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &lvm_key_sealed);
  lua_pushvalue(L, index);
  bool found = lua_rawget(L, -2) == LUA_TTABLE;
  lua_remove(L, -2);
  if (!found) lua_pop(L, 1);
  return found;
}

static int base_rawset(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkany(L, 2);
  luaL_checkany(L, 3);
  lua_settop(L, 3);
  if (lvm_push_members(L, 1)) return luaL_error(L, "this table is read-only");
  lua_rawset(L, 1);
  return 1;
}

// --- the rest

static int base_setmetatable(lua_State *L) {
  int type = lua_type(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
  if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) return luaL_error(L, "cannot change a protected metatable");
  if (type == LUA_TTABLE) {
    lua_pushliteral(L, "__gc");
    // A finalizer would run at no fixed point, and can't be interrupted.
    if (lua_rawget(L, 2) != LUA_TNIL) {
      return luaL_error(L, "__gc is not available: it would run at another point in each run. Use a variable with "
                           "<close> and __close");
    }
  }
  lua_settop(L, 2);
  lua_setmetatable(L, 1);
  return 1;
}

static int base_collectgarbage(lua_State *L) {
  const char *option = luaL_optstring(L, 1, "collect");
  if (strcmp(option, "count") != 0) return luaL_error(L, "collectgarbage knows only \"count\" here");
  lua_pushnumber(L, (lua_Number)lvm_of(L)->used / 1024);
  return 1;
}

// Upvalue: Lua's own function.
static int base_load(lua_State *L) {
  const char *mode = luaL_optstring(L, 3, "t");
  if (!strchr(mode, 't')) {
    lua_pushnil(L);
    lua_pushliteral(L, "only text chunks can be loaded");
    return 2;
  }
  if (lua_gettop(L) < 3) lua_settop(L, 3);  // not more: a fourth argument is the environment, even as nil
  lua_pushliteral(L, "t");
  lua_replace(L, 3);
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

// With the base library's table on top.
void lvm_install_base(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"pairs", base_pairs}, {"rawset", base_rawset}, {"setmetatable", base_setmetatable},
    {"collectgarbage", base_collectgarbage}, {NULL, NULL},
  };
  lua_getfield(L, -1, "load");
  lua_pushcclosure(L, base_load, 1);
  lua_setfield(L, -2, "load");
  luaL_setfuncs(L, functions, 0);
  lvm_new_weak_table(L, "k");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &lvm_key_sealed);
}
