// The functions of the string library whose work grows faster than their arguments.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE  // memmem
#endif
#include <string.h>

#include "pattern.h"

// The position that a script's index refers to, from 0; a position before the text is its beginning.
static size_t place_of(lua_Integer index, size_t length) {
  if (index > 0) return (size_t)index - 1;
  if (index == 0 || index < -(lua_Integer)length) return 0;
  return length - (size_t)-index;
}

static void begin(pattern_match *match, lua_State *L, const char *subject, size_t length, const char *pattern,
    size_t pattern_length) {
  match->L = L;
  match->poll.work = 0;
  match->subject = subject;
  match->end = subject + length;
  match->count = 0;
  match->items = pattern_read(L, pattern, pattern_length);
}

static int find_or_match(lua_State *L, bool finds) {
  size_t length, pattern_length;
  const char *subject = luaL_checklstring(L, 1, &length), *pattern = luaL_checklstring(L, 2, &pattern_length);
  size_t first = place_of(luaL_optinteger(L, 3, 1), length);
  if (first > length) {
    luaL_pushfail(L);
    return 1;
  }
  bool is_plain = true;
  for (size_t i = 0; i < pattern_length && is_plain; i++) is_plain = !pattern[i] || !strchr("^$*+?.([%-", pattern[i]);
  if (finds && (lua_toboolean(L, 4) || is_plain)) {
    const char *found =
        pattern_length == 0 ? subject + first : memmem(subject + first, length - first, pattern, pattern_length);
    if (!found) {
      luaL_pushfail(L);
      return 1;
    }
    lua_pushinteger(L, found - subject + 1);
    lua_pushinteger(L, found - subject + (lua_Integer)pattern_length);
    return 2;
  }
  bool is_anchored = pattern_length > 0 && *pattern == '^';
  pattern_match match;
  begin(&match, L, subject, length, pattern + is_anchored, pattern_length - is_anchored);
  for (const char *start = subject + first; start <= match.end; start++) {
    const char *end = pattern_at(&match, start);
    if (end) {
      if (!finds) return pattern_push_all(&match, start, end);
      lua_pushinteger(L, start - subject + 1);
      lua_pushinteger(L, end - subject);
      return pattern_push_all(&match, NULL, NULL) + 2;
    }
    if (is_anchored) break;
  }
  luaL_pushfail(L);
  return 1;
}

static int string_find(lua_State *L) { return find_or_match(L, true); }
static int string_match(lua_State *L) { return find_or_match(L, false); }

// Upvalues: the subject, the pattern's items, where to continue, where the last match ended (from 1; 0 for none).
static int next_match(lua_State *L) {
  size_t length;
  const char *subject = lua_tolstring(L, lua_upvalueindex(1), &length);
  const char *last = NULL;
  lua_Integer last_end = lua_tointeger(L, lua_upvalueindex(4));
  if (last_end > 0) last = subject + last_end - 1;
  pattern_match match = {
    .L = L, .items = lua_touserdata(L, lua_upvalueindex(2)), .subject = subject, .end = subject + length,
  };
  for (lua_Integer place = lua_tointeger(L, lua_upvalueindex(3)); place <= (lua_Integer)length; place++) {
    const char *end = pattern_at(&match, subject + place);
    // An empty match where the last one ended is none.
    if (!end || end == last) continue;
    lua_pushinteger(L, end - subject);
    lua_replace(L, lua_upvalueindex(3));
    lua_pushinteger(L, end - subject + 1);
    lua_replace(L, lua_upvalueindex(4));
    return pattern_push_all(&match, subject + place, end);
  }
  lua_pushinteger(L, (lua_Integer)length + 1);
  lua_replace(L, lua_upvalueindex(3));
  return 0;
}

static int string_gmatch(lua_State *L) {
  size_t length, pattern_length;
  luaL_checklstring(L, 1, &length);
  const char *pattern = luaL_checklstring(L, 2, &pattern_length);
  size_t first = place_of(luaL_optinteger(L, 3, 1), length);
  lua_pushvalue(L, 1);
  pattern_read(L, pattern, pattern_length);
  lua_pushinteger(L, first > length ? (lua_Integer)length + 1 : (lua_Integer)first);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, next_match, 4);
  return 1;
}

// Adds the text that replaces a match, in which `%1` is a capture.
static void add_text(pattern_match *match, luaL_Buffer *buffer, const char *start, const char *end) {
  lua_State *L = match->L;
  size_t length;
  const char *text = lua_tolstring(L, 3, &length), *rest = text + length, *sign;
  while ((sign = memchr(text, '%', (size_t)(rest - text)))) {
    luaL_addlstring(buffer, text, (size_t)(sign - text));
    char what = sign + 1 < rest ? sign[1] : 0;
    text = sign + 1 < rest ? sign + 2 : rest;
    if (what == '%') {
      luaL_addchar(buffer, '%');
    } else if (what == '0') {
      luaL_addlstring(buffer, start, (size_t)(end - start));
    } else if (what >= '1' && what <= '9') {
      int index = what - '1';
      if (index >= match->count && index > 0)
        luaL_error(L, "invalid capture index %%%d", index + 1);
      pattern_push(match, index, start, end);
      luaL_tolstring(L, -1, NULL);
      lua_remove(L, -2);
      luaL_addvalue(buffer);
    } else {
      luaL_error(L, "invalid use of '%c' in replacement string", '%');
    }
  }
  luaL_addlstring(buffer, text, (size_t)(rest - text));
}

// Adds what replaces a match. Returns false where the match stays.
static bool add_replacement(pattern_match *match, luaL_Buffer *buffer, int type, const char *start, const char *end) {
  lua_State *L = match->L;
  if (type == LUA_TFUNCTION) {
    lua_pushvalue(L, 3);
    lua_call(L, pattern_push_all(match, start, end), 1);
  } else if (type == LUA_TTABLE) {
    pattern_push(match, 0, start, end);
    lua_gettable(L, 3);
  } else {
    add_text(match, buffer, start, end);
    return true;
  }
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    luaL_addlstring(buffer, start, (size_t)(end - start));
    return false;
  }
  if (!lua_isstring(L, -1)) luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
  luaL_addvalue(buffer);
  return true;
}

static int string_gsub(lua_State *L) {
  size_t length, pattern_length;
  const char *subject = luaL_checklstring(L, 1, &length), *pattern = luaL_checklstring(L, 2, &pattern_length);
  int type = lua_type(L, 3);
  lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)length + 1), count = 0;
  luaL_argexpected(L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE, 3,
      "string/function/table");
  bool is_anchored = pattern_length > 0 && *pattern == '^', is_changed = false;
  lua_settop(L, 4);
  pattern_match match;
  begin(&match, L, subject, length, pattern + is_anchored, pattern_length - is_anchored);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  const char *at = subject, *last = NULL;
  while (count < most) {
    const char *end = pattern_at(&match, at);
    if (end && end != last) {
      count++;
      if (add_replacement(&match, &buffer, type, at, end)) is_changed = true;
      at = last = end;
    } else if (at < match.end) {
      luaL_addchar(&buffer, *at++);
    } else {
      break;
    }
    if (is_anchored) break;
  }
  if (is_changed) {
    luaL_addlstring(&buffer, at, (size_t)(match.end - at));
    luaL_pushresult(&buffer);
  } else {
    lua_pushvalue(L, 1);
  }
  lua_pushinteger(L, count);
  return 2;
}

static int string_rep(lua_State *L) {
  size_t length, between;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_Integer count = luaL_checkinteger(L, 2);
  const char *separator = luaL_optlstring(L, 3, "", &between);
  // Nothing any number of times is nothing: Lua's own counts to the end.
  if (count <= 0 || (length == 0 && between == 0)) {
    lua_pushliteral(L, "");
    return 1;
  }
  if (length + between < length || length + between > (size_t)INT_MAX / (size_t)count)
    return luaL_error(L, "resulting string too large");
  size_t total = length * (size_t)count + between * ((size_t)count - 1);
  luaL_Buffer buffer;
  char *to = luaL_buffinitsize(L, &buffer, total);
  lvm_poll poll = {0};
  for (lua_Integer i = 0; i < count; i++) {
    lvm_poll_after(L, &poll, 1 + (length + between) / 64);
    if (i > 0) {
      memcpy(to, separator, between);
      to += between;
    }
    memcpy(to, text, length);
    to += length;
  }
  luaL_pushresultsize(&buffer, total);
  return 1;
}

void lvm_install_strings(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"find", string_find}, {"match", string_match}, {"gmatch", string_gmatch}, {"gsub", string_gsub},
    {"rep", string_rep}, {NULL, NULL},
  };
  luaL_setfuncs(L, functions, 0);
}
