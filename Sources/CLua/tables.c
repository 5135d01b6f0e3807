// The functions of the table library that take as many steps as a table says it has elements: a `__len` or a range can name
// any number.
#include <limits.h>

#include "state.h"

enum { READS = 1, WRITES = 2, COUNTS = 4 };

// Anything that can be used as a table is one.
static void check_table(lua_State *L, int index, int uses) {
  static const struct {
    int use;
    const char *name;
  } needed[] = {{READS, "__index"}, {WRITES, "__newindex"}, {COUNTS, "__len"}};
  if (lua_type(L, index) == LUA_TTABLE) return;
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
    if (!(uses & needed[i].use)) continue;
    if (luaL_getmetafield(L, index, needed[i].name) == LUA_TNIL) {
      luaL_checktype(L, index, LUA_TTABLE);
      return;
    }
    lua_pop(L, 1);
  }
}

static lua_Integer count_of(lua_State *L, int uses) {
  check_table(L, 1, uses | COUNTS);
  return luaL_len(L, 1);
}

static int table_concat(lua_State *L) {
  lua_Integer count = count_of(L, READS);
  size_t length;
  const char *separator = luaL_optlstring(L, 2, "", &length);
  lua_Integer at = luaL_optinteger(L, 3, 1), last = luaL_optinteger(L, 4, count);
  lvm_poll poll = {0};
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  while (at <= last) {
    lvm_poll_after(L, &poll, 1);
    lua_geti(L, 1, at);
    if (!lua_isstring(L, -1))
      return luaL_error(
          L, "invalid value (%s) at index %I in table for 'concat'", luaL_typename(L, -1), (LUAI_UACINT)at);
    luaL_addvalue(&buffer);
    if (at == last) break;
    luaL_addlstring(&buffer, separator, length);
    at++;
  }
  luaL_pushresult(&buffer);
  return 1;
}

static int table_insert(lua_State *L) {
  lua_Integer last = (lua_Integer)((lua_Unsigned)count_of(L, READS | WRITES) + 1), place = last;
  switch (lua_gettop(L)) {
    case 2: break;
    case 3: {
      place = luaL_checkinteger(L, 2);
      luaL_argcheck(L, (lua_Unsigned)place - 1 < (lua_Unsigned)last, 2, "position out of bounds");
      lvm_poll poll = {0};
      for (lua_Integer at = last; at > place; at--) {
        lvm_poll_after(L, &poll, 1);
        lua_geti(L, 1, at - 1);
        lua_seti(L, 1, at);
      }
      break;
    }
    default: return luaL_error(L, "wrong number of arguments to 'insert'");
  }
  lua_seti(L, 1, place);
  return 0;
}

static int table_remove(lua_State *L) {
  lua_Integer count = count_of(L, READS | WRITES), place = luaL_optinteger(L, 2, count);
  if (place != count)
    luaL_argcheck(L, (lua_Unsigned)place - 1 <= (lua_Unsigned)count, 1, "position out of bounds");
  lua_geti(L, 1, place);
  lvm_poll poll = {0};
  for (; place < count; place++) {
    lvm_poll_after(L, &poll, 1);
    lua_geti(L, 1, place + 1);
    lua_seti(L, 1, place);
  }
  lua_pushnil(L);
  lua_seti(L, 1, place);
  return 1;
}

static int table_move(lua_State *L) {
  lua_Integer first = luaL_checkinteger(L, 2), last = luaL_checkinteger(L, 3), to = luaL_checkinteger(L, 4);
  int target = lua_isnoneornil(L, 5) ? 1 : 5;
  check_table(L, 1, READS);
  check_table(L, target, WRITES);
  if (last >= first) {
    luaL_argcheck(L, first > 0 || last < LUA_MAXINTEGER + first, 3, "too many elements to move");
    lua_Integer count = last - first + 1;
    luaL_argcheck(L, to <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
    // From the end where a move from the beginning would write over what is still to be moved.
    bool is_safe = to > last || to <= first || (target != 1 && !lua_compare(L, 1, target, LUA_OPEQ));
    lvm_poll poll = {0};
    for (lua_Integer i = 0; i < count; i++) {
      lua_Integer offset = is_safe ? i : count - 1 - i;
      lvm_poll_after(L, &poll, 1);
      lua_geti(L, 1, first + offset);
      lua_seti(L, target, to + offset);
    }
  }
  lua_pushvalue(L, target);
  return 1;
}

// Whether the value on top comes before the one below it, by the function at 2 where there is one.
static bool comes_first(lua_State *L) {
  if (lua_isnil(L, 2)) return lua_compare(L, -1, -2, LUA_OPLT);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, -2);
  lua_pushvalue(L, -4);
  lua_call(L, 2, 1);
  bool first = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return first;
}

// Merges the sorted pieces [low, middle) and [middle, high) of the list `from` into the list `to`.
static void merge(
    lua_State *L, int from, int to, lua_Integer low, lua_Integer middle, lua_Integer high, lvm_poll *poll) {
  lua_Integer left = low, right = middle;
  for (lua_Integer at = low; at < high; at++) {
    lvm_poll_after(L, poll, 64);  // a comparison of texts reads them
    bool takes_right = left >= middle;
    if (left < middle && right < high) {
      lua_rawgeti(L, from, left);
      lua_rawgeti(L, from, right);
      takes_right = comes_first(L);
      lua_pop(L, 2);
    }
    lua_rawgeti(L, from, takes_right ? right++ : left++);
    lua_rawseti(L, to, at);
  }
}

// A merge sort: what compares as equal stays in its order, and a function that contradicts itself does no harm.
static int table_sort(lua_State *L) {
  lua_Integer count = count_of(L, READS | WRITES);
  if (count < 2) return 0;
  luaL_argcheck(L, count < INT_MAX, 1, "array too big");
  if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  lua_createtable(L, (int)count, 0);
  lua_createtable(L, (int)count, 0);
  luaL_checkstack(L, 8, NULL);
  lvm_poll poll = {0};
  int from = 3, to = 4;
  for (lua_Integer at = 1; at <= count; at++) {
    lvm_poll_after(L, &poll, 1);
    lua_geti(L, 1, at);
    lua_rawseti(L, from, at);
  }
  for (lua_Integer width = 1; width < count; width *= 2) {
    for (lua_Integer low = 1; low <= count; low += 2 * width) {
      lua_Integer middle = low + width, high = low + 2 * width, end = count + 1;
      merge(L, from, to, low, middle < end ? middle : end, high < end ? high : end, &poll);
    }
    int swap = from;
    from = to;
    to = swap;
  }
  for (lua_Integer at = 1; at <= count; at++) {
    lvm_poll_after(L, &poll, 1);
    lua_rawgeti(L, from, at);
    lua_seti(L, 1, at);
  }
  return 0;
}

void lvm_install_tables(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"concat", table_concat}, {"insert", table_insert}, {"remove", table_remove}, {"move", table_move},
    {"sort", table_sort}, {NULL, NULL},
  };
  luaL_setfuncs(L, functions, 0);
}
